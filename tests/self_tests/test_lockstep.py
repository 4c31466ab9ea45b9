import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from small_digits import write_digits

from layerproof.chain.models import MODELS
from layerproof.cli import Shell
from layerproof_conformance import check
from layerproof_conformance.cases.building import build
from layerproof_conformance.types.case import CaseError, parse_id
from layerproof_conformance.verdict.lockstep import judge_call, save_call
from layerproof_train import TrainingError, train
from layerproof_train.commands import layerproof_register_commands
from layerproof_train.lockstep import Lockstep

HERE = Path(__file__).parent
DRIFTING = HERE / "drifting_plugins" / "relu_loses_the_tail.py"
BROKEN = HERE / "broken_plugins"


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_digits(tmp_path_factory.mktemp("digits"), training=96, testing=16, size=(12, 13))


def run(*arguments: object) -> Result:
    cli = Shell("layerproof")
    layerproof_register_commands(cli)
    return CliRunner().invoke(cli, ["train", *map(str, arguments)])


@pytest.mark.parametrize("model", ["cnn", "attention"])
def test_the_reference_does_not_diverge_and_drifts_no_further_than_pytorch(
    digits: Path, tmp_path: Path, model: str
) -> None:
    beside = Lockstep(tmp_path)
    train(data=digits, model=MODELS[model](4), epochs=2, batch_size=32, optimiser="adamw", observer=beside)
    assert beside.calls > 200
    assert 0 < max(beside.ratios.values()) <= 1
    assert [drift.epoch for drift in beside.drifts] == [1, 2]
    for drift in beside.drifts:
        assert 0 < drift.plugins < 10 * drift.pytorch < 1e-2
    assert not list(tmp_path.iterdir())


def test_the_command_says_how_close_it_stayed(digits: Path, tmp_path: Path) -> None:
    result = run("--data", digits, "--model", "seed", "--epochs", 1, "--lockstep", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    # 2 batches, 6 layers forward and backward
    assert "lockstep: 24 calls agree with PyTorch; the largest errors, 1 being the bound:" in result.stdout
    assert re.search(r"^conv2d +reference +0\.\d\d$", result.stdout, re.MULTILINE)
    last = result.stdout.splitlines()[-2:]
    assert last[0].split("  ") == ["epoch", "these plugins", "PyTorch in float32"]
    assert re.fullmatch(r"1 +\d\.\d\de-0\d +\d\.\d\de-0\d", last[1])


def test_a_plugin_that_passes_on_cases_and_goes_wrong_in_use(tmp_path: Path) -> None:
    assert check(str(DRIFTING), level="quick", seed=0, jobs=1, isolation="none").verdict == "conforms"
    digits = write_digits(tmp_path, training=65, testing=4, size=(28, 28), classes=2)
    out = tmp_path / "run"
    result = run("--data", digits, "--use", DRIFTING, "--batch-size", 65, "--lockstep", "--out", out)
    assert result.exit_code == 2
    text = result.stderr.splitlines()[-1]
    file = out.resolve() / "lockstep-step-1-relu.npz"
    found = re.fullmatch(
        rf"Error: step 1 diverges from PyTorch: relu_forward of plugin {DRIFTING}, layer 2 of the network: "
        rf"output\[\d+, \d, \d+, \d+\]=-\d\.\d+, but should be 0 \(beyond any bound, \d+ of 407680 elements\); "
        rf"repeat with `layerproof check {DRIFTING} --case (relu:file:float32:{file}:C:seed=1)`",
        text,
    )
    assert found, text
    again = check(str(DRIFTING), case=found[1], isolation="none")
    assert again.verdict == "does not conform"
    assert check("reference", case=found[1], isolation="none").verdict == "conforms"


@pytest.mark.parametrize(
    ("plugin", "hook", "layer"),
    [
        ("conv2d/flipped_kernel", "conv2d_forward", 1),
        ("conv2d/weight_gradient_of_the_first_image", "conv2d_backward", 4),
        ("conv2d/ten_bits_of_mantissa", "conv2d_forward", 1),
        ("relu/input_cleared_in_place", "relu_forward", 3),
        ("relu/gradient_masked_in_place", "relu_backward", 6),
        ("batch_norm/normalised_by_unbiased_variance", "batch_norm_forward", 2),
        ("batch_norm/running_variance_biased", "batch_norm_forward", 2),
        ("batch_norm/gradient_without_variance", "batch_norm_backward", 5),
    ],
)
def test_a_broken_plugin_is_named_at_its_layer_in_the_first_step(
    digits: Path, tmp_path: Path, plugin: str, hook: str, layer: int
) -> None:
    path = BROKEN / f"{plugin}.py"
    with pytest.raises(TrainingError) as caught:
        train([str(path)], data=digits, model=CNN, epochs=1, batch_size=16, observer=Lockstep(tmp_path))
    start = f"step 1 diverges from PyTorch: {hook} of plugin {path}, layer {layer} of the network: "
    assert str(caught.value).startswith(start), str(caught.value)


LATE = {
    "relu returns one buffer for each shape": (
        """
@hookimpl
def relu_forward(x):
    output = buffers.setdefault(x.shape, np.empty(x.shape, x.dtype))
    np.maximum(x, 0, out=output)
    return output, output > 0
@hookimpl
def relu_backward(grad_output, saved):
    return (grad_output * saved,)
""",
        "relu_forward of plugin {}, layer 4 of the network: it returns memory that was returned before in this step",
    ),
    "relu clears x in backward": (
        """
@hookimpl
def relu_forward(x):
    return np.maximum(x, 0), x
@hookimpl
def relu_backward(grad_output, saved):
    grad = grad_output * (saved > 0)
    saved[...] = 0
    return (grad,)
""",
        "relu_backward of plugin {}, layer 4 of the network: it overwrites what another call has returned",
    ),
    "flatten uses the output of relu as scratch": (
        """
@hookimpl
def relu_forward(x):
    buffers["relu"] = np.maximum(x, 0)
    return buffers["relu"], x > 0
@hookimpl
def relu_backward(grad_output, saved):
    return (grad_output * saved,)
@hookimpl
def flatten_forward(x, start_dim, end_dim):
    output = x.reshape(*x.shape[:start_dim], -1).copy()
    buffers["relu"][...] = 1
    return output, x.shape
@hookimpl
def flatten_backward(grad_output, saved):
    return (grad_output.reshape(saved),)
""",
        "flatten_forward of plugin {}, layer 5 of the network: it overwrites what another call has returned",
    ),
    "linear clears x in backward, behind views": (
        """
@hookimpl
def linear_forward(x, weight, bias):
    return x @ weight.T + bias, (x, weight)
@hookimpl
def linear_backward(grad_output, saved):
    x, weight = saved
    grads = grad_output @ weight, grad_output.T @ x, grad_output.sum(0)
    x[...] = 0
    return grads
""",
        "linear_backward of plugin {}, layer 7 of the network: it overwrites what another call has returned, and "
        "should only read; repeat",
    ),
}


@pytest.mark.parametrize("defect", LATE)
def test_who_spoils_an_output_later_is_named(digits: Path, tmp_path: Path, defect: str) -> None:
    hooks, text = LATE[defect]
    path = tmp_path / "mine.py"
    path.write_text(f"import numpy as np\nfrom layerproof import hookimpl\nbuffers = {{}}\n{hooks}")
    conv = {"layer": "conv2d", "outputs": 3, "kernel_size": 3, "padding": 1}
    two_views = [{"layer": "flatten", "start_dim": 2}, "flatten"]
    model = [conv, "relu", conv, "relu", *two_views, {"layer": "linear", "outputs": "classes"}]
    with pytest.raises(TrainingError) as caught:
        train([str(path), "torch"], data=digits, model=model, epochs=1, batch_size=16, observer=Lockstep(tmp_path))
    assert str(caught.value).startswith(f"step 1 diverges from PyTorch: {text.format(path)}"), str(caught.value)


RIGHT = (
    "conv2d_fft", "conv2d_plans", "dropout_backwards", "flatten_fortran", "flatten_views", "linear_rows_in_threads",
    "max_pool2d_by_reshape", "relu_every_second", "relu_hands_back_what_it_got",
)  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_an_unusual_plugin_that_is_right_does_not_diverge(digits: Path, tmp_path: Path, name: str) -> None:
    conv, pool = {"layer": "conv2d", "outputs": 3, "kernel_size": 3}, {"layer": "max_pool2d", "kernel_size": 2}
    behind = ["relu", "dropout", {"layer": "flatten", "start_dim": 2}, "flatten"]
    model = [conv, "relu", "relu", pool, *behind, {"layer": "linear", "outputs": "classes"}]
    beside = Lockstep(tmp_path)
    train([str(HERE / "unusual_plugins" / f"{name}.py")], data=digits, model=model, epochs=1, observer=beside)
    assert beside.calls == 2 * 20


CNN = [
    *({"layer": "conv2d", "outputs": 4, "kernel_size": [3, 2]}, "batch_norm", "relu"),
    *({"layer": "conv2d", "outputs": 5, "kernel_size": 3}, "batch_norm", "relu"),
    *("flatten", {"layer": "linear", "outputs": "classes"}),
]


def test_a_wrong_loss_is_named(digits: Path, tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(
        "from layerproof import hookimpl\n"
        "from layerproof_reference import cross_entropy\n"
        "cross_entropy_forward = cross_entropy.cross_entropy_forward\n"
        "@hookimpl\n"
        "def cross_entropy_backward(grad_output, saved, needs_input_grad):\n"
        "    (grad,) = cross_entropy.cross_entropy_backward(grad_output, saved, needs_input_grad)\n"
        "    return (grad * 2,)\n"
    )
    text = run("--data", digits, "--model", "seed", "--use", plugin, "--lockstep", "--out", tmp_path / "run").stderr
    assert "cross_entropy_backward of plugin" in text
    assert ", the loss: grad_logits[" in text


def test_it_cannot_be_resumed(digits: Path, tmp_path: Path) -> None:
    assert run("--data", digits, "--model", "seed", "--epochs", 1, "--out", tmp_path).exit_code == 0
    result = run("--out", tmp_path, "--resume", "--lockstep")
    assert result.exit_code == 2
    assert "--lockstep follows a run from its start" in result.stderr


def test_without_the_judge_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [])
    with pytest.raises(TrainingError, match="lockstep needs the judge, and none is installed"):
        Lockstep(tmp_path)


def test_the_trainer_imports_no_torch_without_it() -> None:
    code = (
        "import sys, layerproof_train.lockstep; print('torch' in sys.modules, 'layerproof_conformance' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_a_saved_call_is_judged_as_it_was(tmp_path: Path) -> None:
    x, grad_output = (np.random.default_rng(seed).standard_normal((2, 5, 4, 6)).astype("f4") for seed in (0, 1))
    arguments: dict[str, Any] = {"x": x, "normalized_shape": (4, 6), "weight": None, "bias": None, "eps": 1e-5}
    case = save_call(tmp_path / "case.npz", "layer_norm", arguments, grad_output)
    problem = build(parse_id(case))
    assert np.array_equal(problem.arguments["x"], x)
    assert np.array_equal(problem.grad_output, grad_output)
    assert problem.arguments["normalized_shape"] == (4, 6)
    assert problem.arguments["weight"] is None
    forward_only = judge_call("relu", {"x": x}, (np.maximum(x, 0),), None, (), ())
    assert forward_only.wrong == ()


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_a_file_that_is_no_saved_call(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "case.npz"
    case = save_call(path, "relu", {"x": np.ones(3, "f4")}, None)
    with pytest.raises(CaseError, match="is a case of relu, not of tanh"):
        build(parse_id(case.replace("relu:", "tanh:")))
    path.write_bytes(content)
    with pytest.raises(CaseError, match="is no saved case"):
        build(parse_id(case))
    path.unlink()
    with pytest.raises(CaseError, match="cannot be read: No such file"):
        build(parse_id(case))
