import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from small_digits import write_digits

from layerproof import PluginSet
from layerproof.cli import Shell
from layerproof_data import load_digits
from layerproof_train import Trained, TrainingError, train
from layerproof_train.commands import layerproof_register_commands

PLUGINS = ["reference"]


def run(*arguments: object) -> Result:
    cli = Shell("layerproof")
    layerproof_register_commands(cli)
    return CliRunner().invoke(cli, [*map(str, arguments)])


def error_of(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    return result.stderr.splitlines()[-1].removeprefix("Error: ")


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_digits(tmp_path_factory.mktemp("digits"), training=300, testing=60, size=(8, 6))


@pytest.fixture(scope="module")
def folder(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    result = run("train", "--data", digits, "--model", "seed", "--epochs", 2, "--seed", 1, "--out", out)
    assert result.exit_code == 0, result.output
    return out


def test_evaluate_finds_the_accuracy_of_the_last_epoch(folder: Path, digits: Path) -> None:
    result = run("evaluate", folder)
    assert result.exit_code == 0, result.output
    loaded = load_digits(digits)
    probabilities = Trained.load(folder).probabilities(PluginSet(PLUGINS), loaded.test_images)
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    right = probabilities.argmax(1) == loaded.test_labels
    wrong = np.count_nonzero(~right)
    number = r"\d+\.\d{4}"
    first = result.stdout.splitlines()[0]
    assert re.fullmatch(
        rf"test accuracy {100 * right.mean():.2f} %, test loss {number}: {wrong} of 60 images are wrong", first
    )
    last = (folder / "metrics.jsonl").read_text().splitlines()[-1]
    assert f'"test_accuracy":{right.mean()}' in last
    assert run("evaluate", folder, "--best", "--use", "torch").exit_code == 0


def test_a_network_can_be_saved_and_loaded(digits: Path, tmp_path: Path) -> None:
    layers = ["batch_norm", "flatten", {"layer": "linear", "outputs": "classes"}]
    trained = train(data=digits, model=layers, epochs=1).trained
    trained.save(tmp_path / "mine.safetensors")
    again = Trained.load(tmp_path / "mine.safetensors")
    images = load_digits(digits).test_images
    plugins = PluginSet(PLUGINS)
    assert np.array_equal(again.probabilities(plugins, images), trained.probabilities(plugins, images))
    assert again.probabilities(plugins, images[:0]).shape == (0, 4)
    assert run("evaluate", tmp_path / "mine.safetensors", "--data", digits).exit_code == 0
    with pytest.raises(TrainingError, match="the network takes images of 8 x 6, but is given 6 x 8"):
        again.probabilities(plugins, images.swapaxes(1, 2))


def test_what_cannot_be_used(folder: Path, digits: Path, tmp_path: Path) -> None:
    assert error_of("evaluate", tmp_path).startswith(f"{tmp_path}: holds no run of `layerproof train`")
    nothing = tmp_path / "nothing"
    assert error_of("evaluate", nothing) == f"{nothing}: cannot be read: No such file or directory"
    assert error_of("evaluate", digits / "t10k-images-idx3-ubyte").startswith(
        f"{digits}/t10k-images-idx3-ubyte: is dam"
    )
    more = write_digits(tmp_path, size=(8, 6), classes=5)
    assert error_of("evaluate", folder, "--data", more).endswith("tells 4 classes apart, but a test label is 4")
    other = write_digits(nothing_made(tmp_path / "other"), size=(6, 6))
    assert error_of("evaluate", folder, "--data", other) == "the network takes images of 8 x 6, but is given 6 x 6"


def nothing_made(path: Path) -> Path:
    path.mkdir()
    return path


def test_pictures(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra report")
    result = run("evaluate", folder, "--pictures", tmp_path / "pictures")
    assert result.exit_code == 0, result.output
    written = [Path(line).name for line in result.stdout.splitlines() if line.endswith(".svg")]
    assert [name for name in written if name != "misclassified.svg"] == ["curves.svg", "confusion.svg", "filters.svg"]
    for name in written:
        assert (tmp_path / "pictures" / name).read_text().rstrip().endswith("</svg>")
    (tmp_path / "file").touch()
    assert (
        error_of("evaluate", folder, "--pictures", tmp_path / "file")
        == f"{tmp_path / 'file'}: cannot be written: File exists"
    )


def test_training_draws_at_its_end(digits: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra report")
    result = run("train", "--data", digits, "--model", "seed", "--epochs", 1, "--pictures", tmp_path / "pictures")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "pictures" / "curves.svg").exists()


def test_without_matplotlib_nothing_is_trained(digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    text = error_of("train", "--data", digits, "--pictures", tmp_path / "pictures")
    assert text == "pictures need matplotlib: pip install 'layerproof[report]'"
    monkeypatch.setitem(sys.modules, "tensorboard.summary", None)
    text = error_of("train", "--data", digits, "--tensorboard", tmp_path / "log")
    assert text == "logs for TensorBoard need it: pip install 'layerproof[tensorboard]'"


def test_the_gallery_shows_the_surest_mistakes_and_nothing_where_there_is_none() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra report")
    from layerproof_train.pictures import curves, filters, misclassified

    images, labels = np.zeros((3, 4, 4), np.uint8), np.array([0, 1, 1])
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]])
    figure = misclassified(images, labels, chances)
    assert figure is not None
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[:2] == ["is 1, not 0\n(80 %)", "is 1, not 0\n(60 %)"]
    assert misclassified(images, np.zeros(3, int), chances) is None
    assert curves([]) is None
    network = train(data=_tiny(), model=["flatten", {"layer": "linear", "outputs": "classes"}], epochs=1).network
    assert filters(network) is None


def _tiny() -> Any:
    from layerproof_data.digits import Digits

    images, labels = np.arange(64, dtype=np.uint8).reshape(4, 4, 4), np.array([0, 1, 0, 1], np.uint8)
    return Digits(images, labels, images, labels)


def test_times_are_measured_by_hook_wrappers(digits: Path) -> None:
    result = run("train", "--data", digits, "--model", "seed", "--epochs", 1, "--times")
    assert result.exit_code == 0, result.output
    lines = result.stdout.split("seconds in the layers while training:\n")[1].splitlines()
    assert lines[0].split() == ["layer", "plugin", "forward", "backward", "share"]
    rows = {row.split()[0]: row.split() for row in lines[1:]}
    assert set(rows) == {"conv2d", "cross_entropy", "flatten", "linear", "max_pool2d", "relu"}
    assert all(row[1] == "reference" for row in rows.values())
    assert sum(float(row[4]) for row in rows.values()) == pytest.approx(100, abs=0.4)
    assert float(rows["conv2d"][4]) > 0


def test_times_and_lockstep_leave_the_run_as_it_is(digits: Path, tmp_path: Path) -> None:
    from layerproof_train.layer_times import LayerTimes

    times = LayerTimes()
    watched = train(PluginSet([*PLUGINS, times.plugin]), data=digits, model="seed", epochs=1, observer=times)
    assert np.array_equal(watched.network.values, train(data=digits, model="seed", epochs=1).network.values)


def test_tensorboard_reads_the_logs(digits: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="needs the extra tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    result = run("train", "--data", digits, "--model", "seed", "--epochs", 2, "--tensorboard", tmp_path)
    assert result.exit_code == 0, result.output
    log = EventAccumulator(str(tmp_path)).Reload()
    assert {"epoch/test_accuracy", "epoch/train_loss", "step/loss"} <= set(log.Tags()["tensors"])
    assert [event.step for event in log.Tensors("epoch/test_accuracy")] == [5, 10]


def test_the_keyword_arguments_are_the_fields_of_a_recipe() -> None:
    from layerproof_train.recipe import Recipe, RecipeFields

    fields = {name: field.type for name, field in Recipe.__dataclass_fields__.items()}
    assert fields == RecipeFields.__annotations__


def test_a_users_own_metric(digits: Path) -> None:
    from layerproof_train import EpochMetrics, Observer

    class Norms(Observer):
        def __init__(self) -> None:
            self.norms: list[float] = []

        def started(self, recipe: Any, network: Any, digits: Any, plugins: Any, epochs_done: int) -> None:
            self.network = network

        def finished(self, metrics: EpochMetrics) -> None:
            self.norms.append(float(np.linalg.norm(self.network.values)))

    norms = Norms()
    result = train(data=digits, model="seed", epochs=2, observer=[norms])
    assert norms.norms[-1] == float(np.linalg.norm(result.network.values))
    assert len(norms.norms) == 2
    with pytest.raises(TypeError, match="has no argument 'epoch'"):
        train(data=digits, epoch=2)
