import numpy as np
import pytest
import torch

from layerproof_data import load_digits
from layerproof_train.augmentation import MARGIN, Augmentation

IMAGES = load_digits().test_images[:20]


def moved(augmentation: Augmentation, seed: int = 0) -> np.ndarray:
    return augmentation(IMAGES, np.random.default_rng(seed))


def test_nothing_to_move_changes_nothing() -> None:
    still = moved(Augmentation(0, 0, 0))
    assert still.dtype == np.float32
    np.testing.assert_allclose(still, IMAGES, atol=2e-3)


def test_each_image_is_moved_in_its_own_way_and_the_same_seed_moves_alike() -> None:
    first = moved(Augmentation())
    assert np.array_equal(first, moved(Augmentation()))
    assert not np.array_equal(first, moved(Augmentation(), 1))
    assert first.min() >= 0
    assert first.max() <= 255
    # nearly all of the ink stays
    assert first.sum() == pytest.approx(IMAGES.sum(), rel=0.1)


def test_it_is_the_affine_map_of_pytorch() -> None:
    augmentation = Augmentation(shift=3.3, rotation=40, scale=0.3)
    inverse, origin = augmentation._maps(len(IMAGES), 28, 28, np.random.default_rng(5))
    down, across = (
        inverse[:, axis, 0] * np.arange(28)[:, None] + inverse[:, axis, 1] * np.arange(28) + origin[:, axis] - MARGIN
        for axis in (0, 1)
    )
    grid = np.stack([across, down], -1) * 2 / 27 - 1
    theirs = torch.nn.functional.grid_sample(
        torch.tensor(IMAGES[:, None].astype(np.float64)), torch.tensor(grid.astype(np.float64)), align_corners=True
    )
    ours = augmentation(IMAGES, np.random.default_rng(5))
    np.testing.assert_allclose(ours, theirs[:, 0].numpy(), atol=0.02)


def test_a_shift_beyond_the_image_leaves_background() -> None:
    full = np.full((8, 5, 7), 255, np.uint8)
    shifted = Augmentation(shift=40, rotation=0, scale=0)(full, np.random.default_rng(0))
    assert (shifted.reshape(8, -1).max(1) == 0).any()
    assert Augmentation()(full[:0], np.random.default_rng(0)).shape == (0, 5, 7)
