from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from layerproof_train import schedules
from layerproof_train.optimisers import PIECE, SGD, Adam, create

SIZES = [1, 7, 2 * PIECE + 3]
STEPS = 6


def compare(make: Callable[[Any], Any], make_torch: Callable[[Any], Any], size: int) -> None:
    random = np.random.default_rng(size)
    values = random.standard_normal(size)
    theirs = torch.tensor(values.copy(), requires_grad=True)
    ours, oracle = make(values), make_torch([theirs])
    for step in range(STEPS):
        gradients = random.standard_normal(size) * 10.0 ** random.integers(-3, 2)
        before = gradients.copy()
        rate = 0.1 / (step + 1)
        ours.step(gradients, rate)
        assert np.array_equal(gradients, before)
        theirs.grad = torch.tensor(before)
        oracle.param_groups[0]["lr"] = rate
        oracle.step()
        np.testing.assert_allclose(values, theirs.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_sgd_takes_pytorchs_steps(momentum: float, nesterov: bool, weight_decay: float, size: int) -> None:
    compare(
        lambda values: SGD(values, momentum, nesterov, weight_decay),
        lambda values: torch.optim.SGD(values, 0.1, momentum, 0.0, weight_decay, nesterov),
        size,
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
@pytest.mark.parametrize(("betas", "eps"), [((0.9, 0.999), 1e-8), ((0.5, 0.9), 1e-3)])
def test_adam_takes_pytorchs_steps(betas: tuple[float, float], eps: float, weight_decay: float, size: int) -> None:
    compare(
        lambda values: Adam(values, betas, eps, weight_decay),
        lambda values: torch.optim.Adam(values, 0.1, betas, eps, weight_decay),
        size,
    )


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_float32_stays_float32_and_in_place(name: str) -> None:
    values = np.ones(5, np.float32)
    view = values[1:3]
    create(name, values, 0.9, 0.01).step(np.ones(5, np.float32), 0.1)
    assert values.dtype == np.float32
    assert (view < 1).all()


def test_an_empty_vector_is_no_trouble() -> None:
    for name in ("sgd", "adam"):
        create(name, np.empty(0, np.float32), 0.9, 0.0).step(np.empty(0, np.float32), 0.1)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("constant", [0.4, 0.4, 0.4]), ("linear", [0.4, 0.2, 0.1]), ("cosine", [0.4, 0.2, 0.4 * (1 - 2**-0.5) / 2])],
)
def test_schedules(schedule: str, expected: list[float]) -> None:
    assert [schedules.scaled(schedule, 0.4, step, 8) for step in (0, 4, 6)] == pytest.approx(expected)
