import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from small_digits import write_digits

from layerproof.cli import Shell
from layerproof_train import Observer, Step, TrainingError, train
from layerproof_train.checkpoints import load_checkpoint
from layerproof_train.commands import layerproof_register_commands
from layerproof_train.run_folder import BEST, numbered_checkpoints

MAIN = [sys.executable, "-c", "from layerproof.cli import main; main()"]
# everything that has a state: statistics, dropout, augmentation, an optimiser with moments, a schedule
LAYERS = [
    *({"layer": "conv2d", "outputs": 3, "kernel_size": 3}, "batch_norm", "relu", {"layer": "dropout", "p": 0.2}),
    *("flatten", {"layer": "linear", "outputs": "classes"}),
]
RECIPE: dict[str, Any] = {
    "model": LAYERS,
    "epochs": 4,
    "batch_size": 16,
    "seed": 3,
    "optimiser": "adamw",
    "weight_decay": 0.01,
    "schedule": "one-cycle",
    "augment": True,
    "label_smoothing": 0.1,
    "clip_norm": 1.0,
}
TOML = """layers = [
  { layer = "conv2d", outputs = 3, kernel_size = 3 }, "batch_norm", "relu", { layer = "dropout", p = 0.2 },
  "flatten", { layer = "linear", outputs = "classes" },
]
"""
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_digits(tmp_path_factory.mktemp("digits"), training=200, testing=40, size=(8, 6))


def run(*arguments: object) -> Result:
    cli = Shell("layerproof")
    layerproof_register_commands(cli)
    return CliRunner().invoke(cli, ["train", *map(str, arguments)])


def last_values(directory: Path) -> dict[str, bytes]:
    checkpoint = load_checkpoint(numbered_checkpoints(directory)[-1])
    return {name: array.tobytes() for name, array in checkpoint.arrays.items()}


def metrics(directory: Path) -> list[list[float]]:
    lines = (directory / "metrics.jsonl").read_text().splitlines()
    return [list(json.loads(line).values())[:4] for line in lines]


class Stop(Observer):
    """Presses Ctrl-C in a step of the run."""

    def __init__(self, number: int) -> None:
        self.number = number

    def computed(self, step: Step) -> None:
        if step.number == self.number:
            signal.raise_signal(signal.SIGINT)


@needs_signals
@pytest.mark.parametrize("number", [0, 7, 12, 13, 40])  # 13 steps an epoch: the first, the last, the first again
@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupted_run_goes_on_bit_for_bit(digits: Path, tmp_path: Path, number: int) -> None:
    whole = train(data=digits, out=tmp_path / "whole", **RECIPE)
    with pytest.raises(KeyboardInterrupt):
        train(data=digits, out=tmp_path / "parts", observer=Stop(number), **RECIPE)
    assert load_checkpoint(numbered_checkpoints(tmp_path / "parts")[-1]).optimiser_steps == number + 1
    resumed = train(data=digits, out=tmp_path / "parts", resume=True, **RECIPE)
    assert resumed.network.values.tobytes() == whole.network.values.tobytes()
    assert last_values(tmp_path / "parts") == last_values(tmp_path / "whole")
    assert metrics(tmp_path / "parts") == metrics(tmp_path / "whole")
    assert [entry.test_loss for entry in resumed.history] == [entry.test_loss for entry in whole.history]


@needs_signals
@pytest.mark.parametrize("times", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_killed_at_any_moment_a_run_goes_on_bit_for_bit(digits: Path, tmp_path: Path, times: int) -> None:
    (tmp_path / "mine.toml").write_text(TOML)
    options = ["--data", digits, "--model", tmp_path / "mine.toml", "--epochs", 12, "--batch-size", 16, "--augment"]
    command = [*MAIN, "train", *map(str, options), "--optimiser", "adam", "--checkpoint-seconds", "0"]
    subprocess.run([*command, "--out", tmp_path / "whole"], check=True, capture_output=True)
    chance, kills = random.Random(0), 0
    parts = tmp_path / "parts"
    go_on = [*MAIN, "train", "--out", str(parts), "--resume", "--checkpoint-seconds", "0"]
    for _ in range(60):
        process = subprocess.Popen(
            go_on if (parts / "config.json").exists() else [*command, "--out", str(parts)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        before = len(numbered_checkpoints(parts)) and numbered_checkpoints(parts)[-1]
        # wait until it writes checkpoints, so that most kills hit a write
        while process.poll() is None and (not numbered_checkpoints(parts) or numbered_checkpoints(parts)[-1] == before):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.05))
        if kills < times and process.poll() is None:
            process.kill()
            process.communicate()
            kills += 1
            continue
        output, _ = process.communicate()
        assert process.returncode == 0, output
        break
    assert kills == times
    assert last_values(parts) == last_values(tmp_path / "whole")
    assert metrics(parts) == metrics(tmp_path / "whole")
    assert not list(parts.glob("*.part"))


def test_what_is_in_the_folder(digits: Path, tmp_path: Path) -> None:
    result = train(data=digits, out=tmp_path, **RECIPE)
    assert len(result.history) == 4
    names = {path.name for path in tmp_path.iterdir()}
    last = ["checkpoint-00000039.safetensors", "checkpoint-00000052.safetensors"]
    assert names == {"config.json", "metrics.jsonl", BEST, *last}
    best = max(entry.test_accuracy for entry in result.history)
    assert load_checkpoint(tmp_path / BEST).position.history[-1].test_accuracy == best
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["recipe"]["optimiser"] == "adamw"
    assert config["data"]["training_images"] == 200


def test_a_finished_run_has_nothing_left_to_do(digits: Path, tmp_path: Path) -> None:
    result = run("--data", digits, "--model", "seed", "--epochs", 2, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    before = last_values(tmp_path), metrics(tmp_path)
    again = run("--out", tmp_path, "--resume")
    assert again.exit_code == 0, again.output
    assert "epoch " not in again.stdout
    assert (last_values(tmp_path), metrics(tmp_path)) == before


def test_a_run_that_got_to_no_checkpoint_begins_anew(digits: Path, tmp_path: Path) -> None:
    whole = train(data=digits, out=tmp_path, **RECIPE)
    for path in tmp_path.glob("*.safetensors"):
        path.unlink()
    again = train(data=digits, out=tmp_path, resume=True, **RECIPE)
    assert again.network.values.tobytes() == whole.network.values.tobytes()


@pytest.fixture
def folder(digits: Path, tmp_path: Path) -> Path:
    result = run("--data", digits, "--model", "seed", "--epochs", 2, "--out", tmp_path / "run")
    assert result.exit_code == 0, result.output
    return tmp_path / "run"


def error_of(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return result.stderr.splitlines()[-1].removeprefix("Error: ")


def damage(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def test_a_damaged_checkpoint_is_named_and_so_is_an_older_one(folder: Path) -> None:
    older, newest = numbered_checkpoints(folder)
    sound = newest.read_bytes()
    rest = f"; remove it to go on from {older.name}"
    damage(newest, -5)
    text = error_of("--out", folder, "--resume")
    assert text == f"{newest}: is damaged: its checksum is not that of its content{rest}"
    for content in (b"", b"nonsense", sound[:-9], sound + b"more", sound[:100]):
        newest.write_bytes(content)
        text = error_of("--out", folder, "--resume")
        assert text.startswith(f"{newest}: is damaged, or no checkpoint: ")
        assert text.endswith(rest)
    newest.unlink()
    assert run("--out", folder, "--resume").exit_code == 0


def test_a_foreign_checkpoint(folder: Path, digits: Path, tmp_path: Path) -> None:
    from safetensors.numpy import save

    newest = numbered_checkpoints(folder)[-1]
    newest.write_bytes(save({"weight": np.zeros(3)}))
    text = error_of("--out", folder, "--resume")
    assert text.startswith(
        f"{newest}: is no checkpoint of `layerproof train`: its format is nothing, not layerproof-train 1"
    )
    train(data=digits, out=tmp_path / "other", model="seed", epochs=2, seed=9)
    newest.write_bytes(numbered_checkpoints(tmp_path / "other")[-1].read_bytes())
    assert error_of("--out", folder, "--resume") == f"{newest}: belongs to another run than {folder / 'config.json'}"


def test_a_changed_recipe_model_or_data_set(folder: Path, digits: Path, tmp_path: Path) -> None:
    start = f"the run in {folder} began with another"
    assert error_of("--out", folder, "--resume", "--epochs", 9) == f"{start} epochs: 2 then, 9 now"
    assert error_of("--out", folder, "--resume", "--model", "deep") == f"{start} model: seed then, deep now"
    other = write_digits(tmp_path, training=200, testing=41, size=(8, 6))
    text = error_of("--out", folder, "--resume", "--data", other)
    assert text == f"the run in {folder} began on data with another test_images: 40 then, 41 now"


def test_a_run_goes_on_without_the_file_of_its_model(digits: Path, tmp_path: Path) -> None:
    file, folder = tmp_path / "mine.toml", tmp_path / "run"
    file.write_text(TOML)
    options = ["--data", digits, "--model", file, "--batch-size", 16, "--epochs", 2]
    assert run(*options, "--out", folder).exit_code == 0
    last = numbered_checkpoints(folder)[-1]
    values = load_checkpoint(last).arrays
    last.unlink()
    file.write_text(TOML.replace("outputs = 3", "outputs = 4"))
    another = error_of("--out", folder, "--resume", "--model", file)
    assert another == f"the run in {folder} began with another model"
    file.unlink()
    assert run("--out", folder, "--resume").exit_code == 0
    again = load_checkpoint(last).arrays
    assert all(np.array_equal(again[name], value) for name, value in values.items())


def test_there_is_nothing_to_resume(tmp_path: Path) -> None:
    assert error_of("--resume") == "--resume needs --out, the directory of the run"
    text = error_of("--resume", "--out", tmp_path)
    assert text == f"{tmp_path}: holds no run of `layerproof train` (there is no config.json)"
    (tmp_path / "config.json").write_text("{}")
    text = error_of("--resume", "--out", tmp_path)
    assert text == f"{tmp_path / 'config.json'}: is damaged: it is not what `layerproof train` writes"
    with pytest.raises(TrainingError, match="nothing to resume without the folder of a run"):
        train(resume=True)


def test_the_plugins_of_a_run_are_those_of_its_rest(digits: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("from layerproof_reference.relu import relu_backward, relu_forward\n")
    out = tmp_path / "run"
    begun = run("--data", digits, "--model", "seed", "--epochs", 1, "--out", out, "--use", tmp_path / "mine.py")
    assert begun.exit_code == 0, begun.output
    for path in out.glob("*.safetensors"):
        path.unlink()
    assert re.search(r"relu +\S*mine.py", run("--out", out, "--resume").stdout)
    assert re.search(r"relu +reference", run("--out", out, "--resume", "--use", "reference").stdout) is None


LIMITED = (
    "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); from layerproof.cli import main; main()"
)


@needs_signals
def test_a_disk_that_fills_up_loses_nothing(folder: Path, digits: Path) -> None:
    begun = run("--data", digits, "--model", "deep", "--epochs", 2, "--out", folder)
    assert begun.exit_code == 0
    older, newest = numbered_checkpoints(folder)
    size = newest.stat().st_size
    assert size > 2**17
    newest.unlink()
    command = [sys.executable, "-c", LIMITED.format(size - 500), "train", "--out", folder, "--resume"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 2, done.stdout
    assert done.stderr == f"Error: {newest}: cannot be written: File too large\n"
    assert numbered_checkpoints(folder) == [older]
    assert not list(folder.glob("*.part"))
    assert run("--out", folder, "--resume").exit_code == 0


NAN = """from layerproof import hookimpl
from layerproof_reference import relu
calls = 0

@hookimpl
def relu_forward(x):
    global calls
    output, saved = relu.relu_forward(x)
    calls += 1
    if calls > 3 and {forward}:
        output = output.copy()
        output[0, 0] = float("nan")
    return output, saved

@hookimpl
def relu_backward(grad_output, saved):
    (grad_x,) = relu.relu_backward(grad_output, saved)
    return (grad_x / (0.0 if calls > 3 and not {forward} else 1.0),)
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("forward", "what", "result"),
    [
        (True, "the loss is nan", "output of relu_forward"),
        (False, "a gradient is not finite", "grad_x of relu_backward"),
    ],
)
def test_nan_names_the_layer_and_the_plugin(
    digits: Path, tmp_path: Path, forward: bool, what: str, result: str
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(NAN.format(forward=forward))
    text = error_of("--data", digits, "--model", "seed", "--use", path, "--out", tmp_path / "run")
    assert text == (
        f"{what} in step 4 of epoch 1, with learning rate 0.0425: plugin {path} gave the first nan, in {result}, "
        "layer 2 of the network; what it was given is finite; a lower learning rate may help, or the plugin is wrong "
        "(`layerproof check` it)"
    )
