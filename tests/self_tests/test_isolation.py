"""Whatever a plugin does to its process becomes a verdict of that case, and the run goes on."""

import os
import subprocess
import sys
import textwrap

import pytest

from layerproof_conformance import check
from layerproof_conformance.types.run_document import Run

HONEST = "return np.maximum(x, 0), x"
FILE = """
import os, random, signal, sys, threading, time
import numpy as np
from layerproof import hookimpl

@hookimpl
def relu_forward(x):
    {body}
    return np.maximum(x, 0), x

@hookimpl
def relu_backward(grad_output, saved):
    return (np.where(saved <= 0, grad_output.dtype.type(0), grad_output),)
"""
CASE = "relu:edge:float32:zeros:C:seed=0"


@pytest.fixture
def judged(tmp_path):
    def run(body: str, case: str | None = CASE) -> Run:
        path = tmp_path / "my_layers.py"
        path.write_text(FILE.format(body=textwrap.indent(textwrap.dedent(body), "    ").lstrip()))
        return check(str(path), level="quick", case=case, seed=0, jobs=1)

    return run


def outcome(run: Run) -> tuple[str, str, str]:
    assert run.verdict == "does not conform"
    failure = run.failures[0]
    return failure.status, failure.check, failure.message


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("os._exit(0)", "crashed", "exit status 0"),
        ("os._exit(7)", "crashed", "exit status 7"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crashed", "SIGSEGV"),
        ("os.abort()", "crashed", "SIGABRT"),
        ("sys.exit(3)", "error", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "error", "KeyboardInterrupt"),
        ("raise ValueError('two\\nlines')", "error", "ValueError: two lines (my_layers.py, line 8, in relu_forward)"),
        ("np.zeros(10**11)", "error", "MemoryError"),
        ("x[...] = 1", "error", "read-only"),
        ("print('hello')", "failed", "bytes on standard output: 'hello"),
        ("os.write(1, b'from below')", "failed", "bytes on standard output: 'from below"),
        ("print('x' * 10**6)", "failed", "bytes on standard output: 'xxx"),
        ("print('aside', file=sys.stderr)", "failed", "bytes on standard error: 'aside"),
        ("np.seterr(all='ignore')", "failed", "numpy's error state"),
        ("np.random.rand()", "failed", "numpy's global random state"),
        ("random.random()", "failed", "Python's global random state"),
        ("os.chdir('/')", "failed", "the working directory"),
        ("os.environ['LAYER'] = 'changed'", "failed", "the environment"),
        ("np.exp = np.log", "failed", "a function of numpy"),
        ("threading.Thread(target=time.sleep, args=(30,), daemon=True).start()", "failed", "left a thread running"),
    ],
)
def test_a_typed_verdict(judged, body, status, said):
    got, _, message = outcome(judged(body))
    assert got == status
    assert said in message


def test_a_hang_is_a_timeout(judged, monkeypatch):
    monkeypatch.setattr("layerproof_conformance.verdict.isolation.WorkerProcesses.__init__.__defaults__", (1, 1.0))
    got, _, message = outcome(judged("time.sleep(60)"))
    assert got == "timeout"
    assert "did not return within 3 s" in message


def test_endless_printing_ends(judged):
    got, _, _ = outcome(judged("while True: os.write(1, b'x' * 10**6)"))
    assert got in ("error", "failed")


def test_after_a_crash_the_run_goes_on(judged):
    run = judged("if x.size == 12: os._exit(1)", case=None)
    relu = run.layers["relu"]
    assert relu.crashed >= 1
    assert relu.passed > relu.crashed
    assert relu.passed + relu.crashed == relu.planned


def test_a_process_that_ends_between_two_calls_does_not_stop_the_run(judged):
    relu = judged("if x.size == 12: threading.Timer(0.05, os._exit, (3,)).start()", case=None).layers["relu"]
    assert relu.verdict == "does not conform"
    assert relu.passed > 30


def test_a_plugin_that_always_crashes_is_not_asked_for_ever(judged):
    relu = judged("os._exit(1)", case=None).layers["relu"]
    assert relu.crashed == relu.planned


def test_one_late_import_with_side_effects_is_no_defect(judged):
    assert judged("if 'once' not in globals(): globals()['once'] = os.environ.setdefault('SET_ONCE', '1')").conforms


def test_one_word_on_standard_error_is_no_defect(judged):
    assert judged("if 'once' not in globals(): globals()['once'] = sys.stderr.write('compiling')").conforms


def test_a_new_pool_of_threads_for_each_call_is_a_defect(judged):
    body = "from concurrent.futures import ThreadPoolExecutor; pools.append(ThreadPoolExecutor(1))"
    run = judged(f"pools = globals().setdefault('pools', []); {body}; pools[-1].submit(abs, 0)", case=None)
    assert any("waiting in pools" in failure.message for failure in run.failures)


def test_a_pool_of_threads_kept_for_the_next_call_is_no_defect(judged, tmp_path):
    path = tmp_path / "pooled.py"
    path.write_text(
        FILE.format(body="x = pool.submit(np.positive, x).result()").replace(
            "@hookimpl", "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\n@hookimpl", 1
        )
    )
    assert check(str(path), level="quick", case=CASE, jobs=1).conforms


def test_declining_for_a_value_is_a_defect(judged):
    got, name, _ = outcome(judged("if np.isnan(x).any(): return None", "relu:edge:float32:nan_and_inf_in_x:C:seed=0"))
    assert (got, name) == ("failed", "declines by value")


def test_a_worker_knows_no_torch_and_no_expected_values(judged):
    body = """
    import gc
    assert 'torch' not in sys.modules
    assert 'hypothesis' not in sys.modules
    assert not [m for m in sys.modules if m.startswith('layerproof_conformance.') and ('oracle' in m or 'bounds' in m)]
    """
    assert judged(body).conforms


def test_the_script_that_calls_check_is_not_run_again_in_the_workers(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from layerproof_conformance import check\nprint('started')\n"
        f"print(check('reference', case={CASE!r}).verdict)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["started", "conforms"]


def children():
    """The numbers of this process's children, without multiprocessing's own helper."""
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "pid=,args="], capture_output=True, text=True
    ).stdout
    return {line.split()[0] for line in listed.splitlines() if "spawn_main" in line}


def test_no_process_is_left_behind():
    before = children()
    check("reference", case=CASE)
    assert children() <= before
