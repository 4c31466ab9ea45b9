"""The race to an accuracy: that both contestants train the same thing and are stopped where they should be."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_digits import write_digits
from time_to_accuracy import NOT_REACHED, main

CNN = """layers = [
  { layer = "conv2d", outputs = 4, kernel_size = 3, bias = false }, "batch_norm", "relu",
  { layer = "max_pool2d", kernel_size = 2 }, "flatten", { layer = "linear", outputs = "classes" },
]"""


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    return write_digits(tmp_path, training=90, testing=20, size=(12, 13))


def run(digits: Path, *arguments: object) -> Result:
    chosen = ["--data", digits, "--batch-size", 20, "--threads", 1, *arguments]
    return CliRunner().invoke(main, [str(argument) for argument in chosen])


def rows(result: Result) -> list[list[str]]:
    """The rows of the table: seed, layers by, seconds, steps, milliseconds a step, accuracy."""
    return [line.split() for line in result.stdout.splitlines()[1:-1]]


def test_both_train_the_same_and_get_equally_far(digits: Path) -> None:
    model = digits / "cnn.toml"
    model.write_text(CNN)
    result = run(digits, "--model", model, "--epochs", 2, "--accuracy", 100, "--learning-rate", 0.001, "--augment")
    assert result.exit_code == NOT_REACHED, result.output
    ours, theirs = rows(result)
    assert (ours[1], theirs[1]) == ("reference", "PyTorch")
    # 5 steps an epoch
    assert ours[3] == theirs[3] == "10"
    assert ours[5:] == theirs[5:]
    assert ours[-2:] == ["not", "reached"]
    assert "100 % was not reached with reference nor with PyTorch; a step" in result.stdout


def test_it_stops_at_the_accuracy_and_has_a_median(digits: Path) -> None:
    result = run(digits, "--model", "seed", "--epochs", 60, "--accuracy", 60, "--seeds", 2, "--schedule", "constant")
    assert result.exit_code == 0, result.output
    table = rows(result)
    assert [row[0] for row in table] == ["0", "0", "1", "1"]
    for row in table:
        assert int(row[3]) < 300
        assert float(row[5]) >= 60
    assert "60 % in " in result.stdout.splitlines()[-1]
    assert "(median of 2; 1 thread each, tests not counted)" in result.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "attention"], "residual"),
        (["--learning-rate", "-1"], "`learning_rate` (=-1.0) must be a number above 0"),
        (["--use", "no_such_plugin"], "no plugin named no_such_plugin"),
    ],
)
def test_what_cannot_be_is_an_error_of_one_line(digits: Path, arguments: list[str], message: str) -> None:
    result = run(digits, "--epochs", 1, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]
    assert result.stderr.splitlines()[-1].startswith("Error: ")
