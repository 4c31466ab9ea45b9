from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from layerproof.cli import Shell
from layerproof_data import load_digits
from layerproof_train import TrainingError, train
from layerproof_train.commands import layerproof_register_commands
from layerproof_train.images import read_image

Image = pytest.importorskip("PIL.Image", reason="needs the extra images")
DIGITS = load_digits()


def run(*arguments: object) -> Result:
    cli = Shell("layerproof")
    layerproof_register_commands(cli)
    return CliRunner().invoke(cli, [*map(str, arguments)])


def photograph(digit: np.ndarray, number: int, light: bool) -> np.ndarray:
    """A digit somewhere on a larger sheet, under uneven light, with noise."""
    random = np.random.default_rng(number)
    side = int(random.integers(40, 300))
    ink = np.asarray(Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC), float) / 255
    height, width = (int(side * random.uniform(1.1, 2.2)) for _ in "hw")
    top, left = random.integers(0, height - side), random.integers(0, width - side)
    sheet = np.zeros((height, width))
    sheet[top : top + side, left : left + side] = ink
    down, across = np.mgrid[:height, :width]
    shade = 1 - 0.2 * random.random() * down / height - 0.2 * random.random() * across / width
    paper, pen = (215, 45) if light else (30, 225)
    photo = (paper + (pen - paper) * sheet) * shade + random.normal(0, 4, sheet.shape)
    return np.clip(photo, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("light", [True, False])
def test_photographs_become_what_mnist_has(tmp_path: Path, light: bool) -> None:
    differences = []
    for number, digit in enumerate(DIGITS.test_images[:40]):
        path = tmp_path / f"{number}.png"
        Image.fromarray(photograph(digit, number, light)).save(path)
        read = read_image(path, (28, 28))
        assert read.dtype == np.uint8
        assert read.max() == 255
        differences.append(np.abs(read.astype(float) - digit).mean() / digit.mean())
    # a shift by one pixel makes a difference of about 0.8
    assert np.median(differences) < 0.5
    assert np.quantile(differences, 0.9) < 0.9


def test_predict_names_the_digit_of_pictures(tmp_path: Path) -> None:
    part = type(DIGITS)(
        DIGITS.train_images[:3000], DIGITS.train_labels[:3000], DIGITS.test_images[:100], DIGITS.test_labels[:100]
    )
    result = train(data=part, model="lenet", epochs=2, optimiser="adam", filters=4)
    result.trained.save(tmp_path / "mine.safetensors")
    paths = []
    for number in range(20):
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(photograph(DIGITS.test_images[number], number, light=number % 2 == 0)).save(paths[-1])
    done = run("predict", tmp_path / "mine.safetensors", *paths)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len(lines) == 20
    right = 0
    for line, path, label in zip(lines, paths, DIGITS.test_labels, strict=False):
        start, chance = line.removeprefix(f"{path}: ").split(" (", 1)
        right += int(start) == label
        assert chance.count("%") == 3
    assert right >= 14


def test_colours_transparency_and_16_bits(tmp_path: Path) -> None:
    digit = DIGITS.test_images[0]
    large = np.kron(digit, np.ones((6, 6), np.uint8))
    expected = _saved(tmp_path, Image.fromarray(large))
    red = np.stack([255 - large // 4, 255 - large, 255 - large], -1)
    clear = np.stack([np.zeros_like(large)] * 3 + [large], -1)
    for picture in (Image.fromarray(red), Image.fromarray(clear), Image.fromarray(large).convert("P")):
        read = _saved(tmp_path, picture)
        assert np.abs(read.astype(float) - expected).mean() < 4


def _saved(directory: Path, picture: object) -> np.ndarray:
    picture.save(directory / "picture.png")
    return read_image(directory / "picture.png", (28, 28))


def test_other_sizes_and_as_it_is(tmp_path: Path) -> None:
    Image.fromarray(np.kron(DIGITS.test_images[3], np.ones((3, 5), np.uint8))).save(tmp_path / "wide.png")
    assert read_image(tmp_path / "wide.png", (16, 20)).shape == (16, 20)
    resized = read_image(tmp_path / "wide.png", (28, 28), as_it_is=True)
    assert np.abs(resized.astype(float) - DIGITS.test_images[3]).mean() < 8


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_sheet(tmp_path: Path, value: int) -> None:
    random = np.random.default_rng(0)
    noise = random.normal(value, 3, (60, 80)).clip(0, 255).astype(np.uint8)
    for picture in (noise, np.full((1, 1), value, np.uint8)):
        Image.fromarray(picture).save(tmp_path / "empty.png")
        with pytest.raises(TrainingError, match=r"empty.png: shows nothing but background"):
            read_image(tmp_path / "empty.png", (28, 28))


def test_what_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    with pytest.raises(TrainingError, match="cannot be read as a picture: No such file"):
        read_image(path, (28, 28))
    Image.fromarray(np.zeros((50, 50), np.uint8)).save(path)
    whole = path.read_bytes()
    for content in (b"", b"nonsense", whole[:40], whole[:60]):
        path.write_bytes(content)
        with pytest.raises(TrainingError, match=r"picture.png: cannot be read as a picture"):
            read_image(path, (28, 28))


def test_a_picture_that_claims_to_be_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "picture.png"
    Image.fromarray(np.zeros((50, 50), np.uint8)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(TrainingError, match="exceeds limit"):
        read_image(path, (28, 28))
