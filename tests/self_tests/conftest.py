"""What several test files share: two runs, one right and one wrong, a browser, Ctrl-C, and the sample of plugins."""

import os
import shutil
import signal

import pytest
from sampling import VARIABLE, rotation

from layerproof_conformance import check

TIES = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from layerproof import hookimpl
from layerproof_reference import relu_backward, relu_forward

@hookimpl
def max_pool2d_forward(x, kernel_size, stride):
    windows = sliding_window_view(x, kernel_size, (2, 3))[:, :, :: stride[0], :: stride[1]]
    output = windows.max((-2, -1))
    return output, (x, output, kernel_size, stride)

@hookimpl
def max_pool2d_backward(grad_output, saved):
    x, output, (kernel_h, kernel_w), (stride_h, stride_w) = saved
    grad_x = np.zeros_like(x)
    height, width = output.shape[2:]
    for p in range(kernel_h):
        for q in range(kernel_w):
            rows = slice(p, p + stride_h * height - stride_h + 1, stride_h)
            columns = slice(q, q + stride_w * width - stride_w + 1, stride_w)
            grad_x[:, :, rows, columns] += grad_output * (x[:, :, rows, columns] == output)
    return (grad_x,)
"""
"""A right relu, and a max_pool2d in which all tied maxima get the gradient."""


def pytest_configure():
    os.environ[VARIABLE] = str(rotation())  # the same for all processes of a run, even if somebody commits meanwhile


def pytest_report_header():
    return f"broken and unusual plugins: {VARIABLE}={rotation()}"


@pytest.fixture
def ctrl_c():
    """SIGINT interrupts this process, and those that it starts, even if whoever started the tests ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def ties_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("plugin") / "my_layers.py"
    path.write_text(TIES)
    return path


@pytest.fixture(scope="session")
def wrong_run(ties_file):
    return check(str(ties_file), level="quick", seed=3, jobs=1)


@pytest.fixture(scope="session")
def right_run():
    return check("reference", layers=["conv2d", "relu"], level="quick", seed=3, jobs=1)


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium that reaches nothing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        pytest.skip("needs chromium: apt-get install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=chromium, args=arguments)
        yield launched
        launched.close()
