from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from layerproof_train import schedules
from layerproof_train.optimisers import PIECE, SGD, Adam, clip, create

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


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
def test_adamw_takes_pytorchs_steps(weight_decay: float, size: int) -> None:
    compare(
        lambda values: Adam(values, weight_decay=weight_decay, decoupled=True),
        lambda values: torch.optim.AdamW(values, 0.1, weight_decay=weight_decay),
        size,
    )


@pytest.mark.parametrize("norm", [0.1, 1.0, 1e6])
def test_clipping_is_that_of_pytorch(norm: float) -> None:
    gradients = np.random.default_rng(0).standard_normal(1000)
    theirs = torch.zeros(1000, dtype=torch.float64, requires_grad=True)
    theirs.grad = torch.tensor(gradients.copy())
    torch.nn.utils.clip_grad_norm_([theirs], norm)
    clip(gradients, norm)
    np.testing.assert_allclose(gradients, theirs.grad.numpy(), rtol=1e-12)


def test_clipping_survives_squares_that_overflow() -> None:
    gradients = np.full(4, 1e30, np.float32)
    clip(gradients, 2.0)
    np.testing.assert_allclose(gradients, 1.0, rtol=1e-6)


@pytest.mark.parametrize("steps", [10, 37, 500])
def test_one_cycle_is_that_of_pytorch(steps: int) -> None:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.1, total_steps=steps, cycle_momentum=False)
    for step in range(steps):
        assert schedules.scaled("one-cycle", 0.1, step, steps) == pytest.approx(theirs.get_last_lr()[0], rel=1e-9)
        optimiser.step()
        if step < steps - 1:
            theirs.step()


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_cycle_of_few_steps_has_a_rate_for_each(steps: int) -> None:
    rates = [schedules.scaled("one-cycle", 0.1, step, steps) for step in range(steps)]
    assert all(0 < rate <= 0.1 for rate in rates)


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw"])
def test_float32_stays_float32_and_in_place(name: str) -> None:
    values = np.ones(5, np.float32)
    view = values[1:3]
    create(name, values, 0.9, 0.01).step(np.ones(5, np.float32), 0.1)
    assert values.dtype == np.float32
    assert (view < 1).all()


def test_an_empty_vector_is_no_trouble() -> None:
    for name in ("sgd", "adam", "adamw"):
        create(name, np.empty(0, np.float32), 0.9, 0.0).step(np.empty(0, np.float32), 0.1)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("constant", [0.4, 0.4, 0.4]), ("linear", [0.4, 0.2, 0.1]), ("cosine", [0.4, 0.2, 0.4 * (1 - 2**-0.5) / 2])],
)
def test_schedules(schedule: str, expected: list[float]) -> None:
    assert [schedules.scaled(schedule, 0.4, step, 8) for step in (0, 4, 6)] == pytest.approx(expected)
