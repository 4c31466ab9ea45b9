from pathlib import Path

import pytest
from click.testing import CliRunner
from kill_rate import BROKEN
from lockstep_rate import Said, main, of_the_model, outcome


def test_the_sweep_tells_the_named_from_the_unseen() -> None:
    paths = [BROKEN / "conv2d" / "flipped_kernel.py", BROKEN / "conv2d" / "dilation_moves_padding.py"]
    result = CliRunner().invoke(main, ["--model", "seed", "--steps", "1", "--jobs", "1", *map(str, paths)])
    assert result.exit_code == 0, result.output
    assert "unseen broken_plugins/conv2d/dilation_moves_padding.py" in result.stdout
    last = result.stdout.splitlines()[-1]
    assert last == "seed, 1 steps of 40 images: 1 named, 0 refused, 0 misled, 1 unseen, of 2 broken plugins"


@pytest.mark.parametrize(
    ("body", "text"),
    [("import os; os._exit(3)", "ended the process"), ("raise ValueError('no')", "no")],
)
def test_a_plugin_that_ends_or_raises_is_refused(tmp_path: Path, body: str, text: str) -> None:
    path = tmp_path / "relu" / "mine.py"
    path.parent.mkdir()
    path.write_text(
        "from layerproof import hookimpl\n"
        f"@hookimpl\ndef relu_forward(x):\n    {body}\n"
        "@hookimpl\ndef relu_backward(grad_output, saved):\n    pass\n"
    )
    found = outcome(path, "seed", steps=1, batch_size=2)
    assert found.said is Said.REFUSED
    assert text in found.text


def test_the_plugins_of_a_model_are_those_of_its_layers() -> None:
    assert {path.parent.name for path in of_the_model("seed")} == {
        *("conv2d", "relu", "max_pool2d", "flatten", "linear", "cross_entropy"),
    }
