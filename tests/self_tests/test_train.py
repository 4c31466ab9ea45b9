import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from small_digits import write_digits

import layerproof_reference
from layerproof import PluginSet, find_layers
from layerproof.cli import Shell
from layerproof_train import Observer, TrainingError, train
from layerproof_train.commands import layerproof_register_commands
from layerproof_train.metrics import EpochMetrics

KEYS = ["epoch", "train_loss", "test_loss", "test_accuracy", "seconds", "images_per_second"]
MAIN = [sys.executable, "-c", "from layerproof.cli import main; main()"]

DECLINING = """from layerproof import hookimpl

@hookimpl
def relu_forward(x):
    return None

@hookimpl
def relu_backward(grad_output, saved):
    return (grad_output,)
"""

RAISING = """from layerproof import hookimpl

calls = 0

@hookimpl
def relu_forward(x):
    global calls
    calls += 1
    if calls == 5:
        raise RuntimeError("out of luck")
    return abs(x), None

@hookimpl
def relu_backward(grad_output, saved):
    return (grad_output,)
"""


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_digits(tmp_path_factory.mktemp("digits"), training=300, testing=60, size=(8, 6), packed=True)


def run(*arguments: object) -> Result:
    cli = Shell("layerproof")
    layerproof_register_commands(cli)
    return CliRunner().invoke(cli, ["train", *map(str, arguments)])


def quick(digits: Path, *arguments: object) -> Result:
    return run("--data", digits, "--model", "seed", "--batch-size", 32, *arguments)


def read_metrics(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (directory / "metrics.jsonl").read_text().splitlines()]


def check_error(result: Result, message: str) -> None:
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"Error: {message}"
    assert "Traceback" not in result.output


def test_it_trains_reports_and_writes_metrics(digits: Path, tmp_path: Path) -> None:
    result = quick(digits, "--epochs", 3, "--out", tmp_path / "new" / "run")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    history = read_metrics(tmp_path / "new" / "run")
    assert [list(entry) for entry in history] == [KEYS] * 3
    assert [entry["epoch"] for entry in history] == [1, 2, 3]
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert history[-1]["test_accuracy"] == 1.0
    assert all(entry["images_per_second"] == pytest.approx(300 / entry["seconds"]) for entry in history)
    lines = result.stdout.splitlines()
    assert lines[0] == "model seed: 140 parameters"
    assert lines[1] == "300 training and 60 test images of 8 x 6 in 4 classes"
    number = r"\d+\.\d{4}"
    for epoch, line in enumerate(lines[2:5], 1):
        assert re.fullmatch(
            rf"epoch {epoch}/3: train loss {number}, test loss {number}, test accuracy \d+\.\d\d %, "
            r"\d+\.\d s, [\d,]+ images/s",
            line,
        )
    # 10 batches of training and 2 of testing in each of 3 epochs
    layers = ["conv2d", "cross_entropy", "flatten", "linear", "max_pool2d", "relu"]
    assert [line.split() for line in lines[7:]] == [[layer, "reference", "36"] for layer in layers]


def test_the_same_seed_gives_the_same_run(digits: Path, tmp_path: Path) -> None:
    histories = []
    for name, seed in (("first", 5), ("second", 5), ("other", 6)):
        assert quick(digits, "--epochs", 2, "--seed", seed, "--out", tmp_path / name).exit_code == 0
        entries = read_metrics(tmp_path / name)
        histories.append([[entry[key] for key in KEYS[:4]] for entry in entries])
    assert histories[0] == histories[1]
    assert histories[0] != histories[2]


@pytest.mark.parametrize("options", [{}, {"optimiser": "adam", "schedule": "cosine"}, {"weight_decay": 0.01}])
def test_the_same_seed_gives_the_same_parameters_bit_for_bit(digits: Path, options: dict[str, Any]) -> None:
    first, second = (train(data=digits, epochs=2, model="seed", seed=1, **options) for _ in range(2))
    assert first.network.values.tobytes() == second.network.values.tobytes()
    assert [entry.test_loss for entry in first.history] == [entry.test_loss for entry in second.history]


def test_a_run_replaces_the_metrics_of_an_earlier_one(digits: Path, tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text("stale\n" * 9)
    assert quick(digits, "--epochs", 1, "--out", tmp_path).exit_code == 0
    assert len(read_metrics(tmp_path)) == 1


def test_an_observer_is_told_and_metrics_are_there_when_it_is(digits: Path, tmp_path: Path) -> None:
    seen = []

    class Watching(Observer):
        def advanced(self, epoch: int, part: str, images: int, loss: float) -> None:
            seen.append((epoch, part, images))

        def finished(self, metrics: EpochMetrics) -> None:
            assert read_metrics(tmp_path)[-1]["epoch"] == metrics.epoch

    result = train(data=digits, model="seed", epochs=1, batch_size=128, out=tmp_path, observer=Watching())
    assert seen == [(1, "training", 128), (1, "training", 256), (1, "training", 300), (1, "testing", 60)]
    assert len(result.history) == 1
    assert result.plugins.served["relu", "reference"] == 4


def test_a_model_of_ones_own(digits: Path) -> None:
    perceptron = ["flatten", {"layer": "linear", "outputs": 7}, "relu", {"layer": "linear", "outputs": "classes"}]
    result = train(data=digits, model=perceptron, epochs=1)
    assert [stage.planned.output_shape for stage in result.network.stages] == [(48,), (7,), (7,), (4,)]
    with pytest.raises(TrainingError, match=r"model of your own gives \[1, 8, 6\] for an image, but should give \[4\]"):
        train(data=digits, model=["relu"])


def test_a_model_file_and_its_summary(digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('layers = ["batch_norm", "flatten", { layer = "linear", outputs = "classes" }]')
    result = run("--data", digits, "--model", path, "--summary")
    assert result.exit_code == 0, result.output
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["layer", "gives", "parameters", "plugin"],
        ["image", "1", "x", "8", "x", "6"],
        ["1", "batch_norm", "1", "x", "8", "x", "6", "2", "reference"],
        ["2", "flatten", "48", "reference"],
        ["3", "linear", "4", "196", "reference"],
        ["198", "parameters"],
    ]
    assert run("--data", digits, "--model", path, "--epochs", 1).exit_code == 0
    path.unlink()
    check_error(run("--data", digits, "--model", path), f"{path}: cannot be read: No such file or directory")


def test_a_batch_that_a_layer_cannot_take_is_no_plugins_fault(digits: Path) -> None:
    layers = ["flatten", "batch_norm", {"layer": "linear", "outputs": "classes"}]
    with pytest.raises(TrainingError) as caught:
        train(data=digits, model=layers, batch_size=299, epochs=1)
    assert str(caught.value) == (
        "batch_norm cannot take this batch: `x`.shape (=(1, 48)) must have more than one value per channel with "
        "`training` (=True)"
    )


@pytest.mark.parametrize("optimiser", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("schedule", ["constant", "linear", "cosine", "one-cycle"])
def test_every_optimiser_and_schedule_learns(digits: Path, optimiser: str, schedule: str) -> None:
    options: dict[str, Any] = {
        "augment": schedule == "cosine",
        "label_smoothing": 0.1,
        "clip_norm": 5.0,
        "initialisation": "he",
    }
    options |= {"learning_rate": 0.02, "optimiser": optimiser, "schedule": schedule}
    history = train(data=digits, model="seed", epochs=6, **options).history
    assert history[-1].train_loss < 0.8 * history[0].train_loss
    assert history[-1].test_accuracy > 0.5  # of four classes


def test_a_plugin_that_declines_is_shown_once_and_listed(digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "declining.py"
    path.write_text(DECLINING)
    result = quick(digits, "--epochs", 2, "--batch-size", 60, "--use", f"relu={path}")
    assert result.exit_code == 0, result.output
    call = "x=float32[60, 4, 6, 4]"
    assert result.stderr == f"Warning: plugin {path} declines relu {call}; reference is asked instead\n"
    assert re.search(r"^relu +reference +12$", result.stdout, re.MULTILINE)
    assert result.stdout.splitlines()[-1].split(maxsplit=3) == ["relu", str(path), "12", call]


ONE_LAYER = """from layerproof import hookimpl

@hookimpl
def relu_forward(x):
    return x * (x > 0), x > 0

@hookimpl
def relu_backward(grad_output, saved):
    return (grad_output * saved,)
"""


def test_a_plugin_of_one_layer_is_enough_and_the_reference_answers_for_the_rest(digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "my_layers.py"
    path.write_text(ONE_LAYER)
    result = quick(digits, "--use", path, "--epochs", 1)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    served = [line.split() for line in result.stdout.splitlines()[-6:]]
    others = ["conv2d", "cross_entropy", "flatten", "linear", "max_pool2d"]
    assert served == [*([layer, "reference", "12"] for layer in others), ["relu", str(path), "12"]]
    in_python = train([str(path)], data=digits, model="seed", epochs=1)
    assert in_python.plugins.implementations("relu") == (str(path), "reference")
    assert quick(digits, "--use", f"relu={path}", "--strict-plugins", "--epochs", 1).exit_code == 0


def test_strict_plugins(digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "declining.py"
    path.write_text(DECLINING)
    result = quick(digits, "--use", f"relu={path}", "--strict-plugins")
    check_error(result, f"plugin {path} declines relu x=float32[32, 4, 6, 4], and the plugin set is strict")


def test_a_plugin_that_raises_in_the_middle_keeps_what_is_done(digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "raising.py"
    path.write_text(RAISING)
    result = quick(digits, "--use", f"relu={path}", "--batch-size", 150, "--out", tmp_path)
    check_error(result, f"plugin {path}: relu_forward raised RuntimeError: out of luck (raising.py, line 10)")
    assert len(read_metrics(tmp_path)) == 1


def test_a_layer_that_nobody_implements(digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "declining.py"
    path.write_text(DECLINING)
    result = quick(digits, "--use", path, "--strict-plugins", "--out", tmp_path / "run")
    check_error(result, f"no plugin of the set implements conv2d, layer 1 of the network; the set has {path}")
    assert not (tmp_path / "run").exists()


def test_the_loss_too_needs_a_plugin(digits: Path) -> None:
    with pytest.raises(Exception, match="implements cross_entropy, the loss"):
        train(_without("cross_entropy"), data=digits, model="seed")


def _without(missing: str) -> PluginSet:
    module = ModuleType("incomplete")
    for layer in find_layers().values():
        if layer.name != missing:
            for hook in layer.hooks:
                setattr(module, hook, getattr(layerproof_reference, hook))
    return PluginSet([module])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--learning-rate", "nan"], "`learning_rate` (=nan) must be a number above 0"),
        (["--learning-rate", "-1"], "`learning_rate` (=-1.0) must be a number above 0"),
        (["--momentum", "1"], "`momentum` (=1.0) must be from 0 to less than 1"),
        (["--weight-decay", "inf"], "`weight_decay` (=inf) must be a number of at least 0"),
        (["--use", "conv2d="], "Invalid value for '--use': 'conv2d=' names no plugin"),
        (["--use", ""], "Invalid value for '--use': '' names no plugin"),
        (
            ["--use", "relu=reference", "--use", "relu=loops"],
            "Invalid value for '--use': relu is given to reference and to loops",
        ),
        (["--use", "conv3d=reference"], "the contract has no layer conv3d; did you mean conv2d?"),
        (["--epochs", "0"], "Invalid value for '--epochs': 0 is not in the range x>=1."),
        (["--batch-size", "0"], "Invalid value for '--batch-size': 0 is not in the range x>=1."),
        (["--label-smoothing", "2"], "`label_smoothing` (=2.0) must be from 0 to 1"),
        (["--clip-norm", "0"], "`clip_norm` (=0.0) must be a number above 0"),
        (
            ["--model", "none.toml", "--filters", "3"],
            "`filters` (=3) belongs to the models seed, lenet, deep, cnn, attention only",
        ),
        (["--seed", "-1"], "Invalid value for '--seed': -1 is not in the range x>=0."),
        (["--data", "nowhere"], "nowhere: is not a directory, but should hold the four IDX files of a data set"),
    ],
)
def test_usage_errors(digits: Path, arguments: list[str], message: str) -> None:
    check_error(quick(digits, *arguments), message)


def test_an_unknown_model(digits: Path) -> None:
    check_error(
        quick(digits, "--model", "lenett"),
        "`model` (='lenett') must be one of seed, lenet, deep, cnn, attention",
    )
    with pytest.raises(
        TrainingError, match=r"^`model` \(='lenett'\) must be one of seed, lenet, deep, cnn, attention$"
    ):
        train(data=digits, model="lenett")
    with pytest.raises(TrainingError, match=r"^`epochs` \(=0\) must be an int of at least 1$"):
        train(data=digits, epochs=0)


def test_images_too_small_for_the_model(tmp_path: Path) -> None:
    result = quick(write_digits(tmp_path, size=(2, 9)))
    check_error(
        result,
        "layer 1 of the network, conv2d, is given 1 x 2 x 9 for an image of 1 x 2 x 9: `x` is too small: its padded H "
        "(=2) must be at least the dilated window (=3)",
    )


def test_a_loss_that_is_not_finite(digits: Path, tmp_path: Path) -> None:
    result = quick(digits, "--learning-rate", "1e30", "--schedule", "constant", "--out", tmp_path)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert re.fullmatch(r"Error: the loss is (nan|inf) in step \d+ of epoch 1, with learning rate 1e\+30: .*", line)
    assert read_metrics(tmp_path) == []


def test_out_is_checked_before_training_starts(digits: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = quick(digits, "--out", tmp_path / "file" / "run")
    check_error(result, f"{tmp_path}/file/run/metrics.jsonl: cannot be written: Not a directory")
    assert result.stdout == ""
    (tmp_path / "metrics.jsonl").mkdir()
    check_error(quick(digits, "--out", tmp_path), f"{tmp_path}/metrics.jsonl: cannot be written: Is a directory")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_found_before_training_starts(digits: Path, tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").symlink_to("/dev/full")
    result = quick(digits, "--out", tmp_path)
    check_error(result, f"{tmp_path}/metrics.jsonl: cannot be written: No space left on device")
    assert result.stdout == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupted_run_keeps_and_reports_what_is_finished(digits: Path, tmp_path: Path) -> None:
    command = [*MAIN, "train", "--data", digits, "--model", "seed", "--epochs", "100000", "--out", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    lines = [*first, *rest.splitlines()]
    done = sum(line.startswith("epoch ") for line in lines)
    assert len(read_metrics(tmp_path)) in (done, done + 1)
    resume = f"layerproof train --out {tmp_path} --resume"
    assert errors.splitlines()[-1] == f"Interrupted after {done} of 100000 epochs. Go on with: {resume}"
    assert "Traceback" not in errors
    assert any(re.match("relu +reference", line) for line in lines)


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
def test_progress_is_drawn_on_a_terminal_and_results_stay_on_standard_output(digits: Path) -> None:
    import pty

    controller, terminal = pty.openpty()
    command = [*MAIN, "train", "--data", digits, "--model", "seed", "--epochs", "20"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "160"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, text=True, env=environment, check=True)
    os.close(terminal)
    drawn = b""
    while True:
        try:
            chunk = os.read(controller, 65536)
        except OSError:  # the terminal is closed, and everything has been read
            break
        if not chunk:
            break
        drawn += chunk
    os.close(controller)
    assert sum(line.startswith("epoch ") for line in done.stdout.splitlines()) == 20
    assert "\x1b" not in done.stdout
    assert b"images/s" in drawn
    assert b"left" in drawn


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, layerproof_train.commands, layerproof_train\n"
        "names = ('torch', 'rich', 'layerproof_reference', 'layerproof_conformance', 'layerproof_torch')\n"
        "print([name for name in names if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_training_imports_no_torch(digits: Path) -> None:
    code = (
        "import sys, pathlib, layerproof_train\n"
        f"layerproof_train.train(data=pathlib.Path({str(digits)!r}), model='seed', epochs=1)\n"
        "print([name for name in ('torch', 'rich', 'layerproof_conformance') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_batches_cover_every_image_once_and_normalised(digits: Path) -> None:
    from layerproof_data import load_digits
    from layerproof_train import Batches, Normalisation

    loaded = load_digits(digits)
    normalisation = Normalisation.of(loaded.train_images)
    assert normalisation.mean == pytest.approx(loaded.train_images.mean())
    assert normalisation.deviation == pytest.approx(loaded.train_images.std())
    batches = Batches(loaded.train_images, loaded.train_labels, normalisation, 128)
    expected = (loaded.train_images - normalisation.mean) / normalisation.deviation
    seen = [(x.copy(), target.copy()) for x, target in batches.shuffled(np.random.default_rng(0))]
    assert [len(x) for x, _ in seen] == [128, 128, 44]
    assert len(batches) == 3
    order = np.random.default_rng(0).permutation(300)
    x = np.concatenate([x for x, _ in seen])
    assert x.dtype == np.float32
    np.testing.assert_allclose(x[:, 0], expected[order], rtol=1e-5, atol=1e-6)
    assert np.array_equal(np.concatenate([target for _, target in seen]), loaded.train_labels[order])
    assert np.array_equal(np.concatenate([target for _, target in batches.in_order()][:1]), loaded.train_labels[:128])
    constant = Normalisation.of(np.full((3, 2, 2), 9, np.uint8))
    assert constant == Normalisation(9.0, 1.0)
