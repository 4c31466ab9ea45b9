"""What the judge knows about log_softmax: the textbook algorithms, traced with their rounding errors.

Near 0 the output is right within the rounding of the sum, whose logarithm it is.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._smooth import elements, exp_in
from layerproof_conformance.layers.softmax import probabilities, with_logarithm
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"dim": (-1, 0, 1, -2, 2)}
SURE = 1e-37
"""A probability of this size or more is not 0 in any dtype."""


def _outputs(x: TracedValue, axis: int | None) -> list[TracedValue]:
    """Shifted by the maximum, less the logarithm of the sum; or less the logarithm with the maximum in it."""
    top = x.max(axis, keepdims=True)
    log_total = (x - top).exp().sum(axis, keepdims=True).log()
    return [(x - top) - log_total, x - with_logarithm(top, log_total)]


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    axis = arguments["dim"] if arguments["x"].ndim else None
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    total = gradient.sum(axis, keepdims=True)
    return {"output": _outputs(x, axis), "grad_x": [gradient - p * total for p in probabilities(x, axis)]}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank, or long rows; where the axis does not exist, validation refuses it."""
    return {"x": elements(sampler)}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but an infinite sum of gradients where the probability is 0, or may be in a dtype."""
    x = arguments["x"].astype(np.float64)
    if not np.isinf(grad_output).any():
        return {}
    axis = arguments["dim"] if x.ndim else None
    with np.errstate(all="ignore"):
        powers = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
        p = powers / powers.sum(axis=axis, keepdims=True)
        total = grad_output.astype(np.float64).sum(axis=axis, keepdims=True)
    return {"grad_x": ~(np.isinf(total) & (p < SURE))}


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


EDGES: dict[str, Any] = {
    "equal": lambda: {"x": np.zeros((2, 4)), "dim": 1},
    "two_classes": lambda: {"x": np.array([[1.0, 2.0], [-3.0, 4.0]]), "dim": 1},
    "one_class": lambda: {"x": _numbers(3, 1), "dim": 1},
    "extreme": lambda: {"x": np.array([[1000.0, 0.0, -1000.0], [-1e4, -1e4, -1e4 + 1]]), "dim": 1},
    "far_apart_rows": lambda: {"x": np.array([[500.0, 501.0, 502.0], [-500.0, -501.0, -499.0], [0.0, 1.0, 2.0]]), "dim": 1},
    "dominated": lambda: {"x": np.array([[10.0, 0.0, 0.0], [15.0, 0.0, -1.0], [20.0, 0.0, 3.0], [40.0, 0.0, 0.0]]), "dim": 1},
    "small_probabilities": lambda: {"x": np.array([[0.0, -20.0, -40.0, -60.0, -80.0, -87.5, -95.0]]), "dim": -1},
    "vanishing_probabilities": lambda: {"x": np.array([[0.0, -100.0, -104.0, -110.0, -740.0, -750.0]]), "dim": -1},
    "largest_numbers": lambda: {"x": np.array([[3e38, -3e38, 0.0]]), "dim": -1},
    "minus_infinity": lambda: {"x": np.array([[0.0, -np.inf, 1.0], [-np.inf, -np.inf, 2.0]]), "dim": 1},
    "only_minus_infinity": lambda: {"x": np.array([[-np.inf, -np.inf], [0.0, 1.0]]), "dim": 1},
    "plus_infinity": lambda: {"x": np.array([[np.inf, 0.0, 1.0], [1.0, 2.0, 3.0]]), "dim": 1},
    "nan": lambda: {"x": np.array([[np.nan, 0.0], [0.0, 1.0]]), "dim": 1},
    "nan_and_inf_gradient": lambda: {
        "x": _numbers(4, 3), "dim": 1,
        "grad_output": np.array([[np.nan, 1.0, 2.0], [np.inf, 1.0, 2.0], [np.inf, -np.inf, 1.0], [1.0, -2.0, 0.5]]),
    },
    "gradient_that_sums_to_zero": lambda: {"x": _numbers(2, 4), "dim": 1, "grad_output": np.array([[1.0, -1.0, 2.0, -2.0], [0.5, 0.0, -0.5, 0.0]])},
    "square_first_axis": lambda: {"x": _numbers(4, 4), "dim": 0},
    "one_class_special": lambda: {"x": np.array([[np.nan], [np.inf], [-np.inf], [1.0]]), "dim": 1},
    "cube_middle_axis": lambda: {"x": _numbers(3, 3, 3), "dim": 1},
    "first_axis": lambda: {"x": _numbers(4, 3), "dim": 0},
    "channels_of_images": lambda: {"x": _numbers(2, 3, 4, 5), "dim": 1},
    "scalar": lambda: {"x": np.array(3.0), "dim": 0},
    "largest_at_the_end": lambda: {"x": np.linspace(0, 300, 2 * 131).reshape(131, 2).T, "dim": -1},
    "no_samples": lambda: {"x": np.zeros((0, 5)), "dim": 1},
    "no_classes": lambda: {"x": np.zeros((5, 0)), "dim": 1},
    "many_classes": lambda: {"x": Recipe((2, 4097), "normal"), "dim": 1},
    "many_rows": lambda: {"x": Recipe((2049, 3), "wide"), "dim": 1},
    "hundred_thousand_classes": lambda: {"x": Recipe((1, 100_003), "wide"), "dim": 1},
    "hundred_thousand_equal_classes": lambda: {"x": Recipe((100_003, 1), "ones"), "dim": 0},
}  # fmt: skip


def _lost(torch: Any, x: Any, dim: int, given_dtype: str) -> Any:
    output = torch.log_softmax(x, dim)
    return torch.where(
        output < float(np.log(float(np.finfo(given_dtype).smallest_subnormal)) - 1), -float("inf"), output
    )


def _overflowing(torch: Any, x: Any, dim: int, given_dtype: str) -> Any:
    return x - torch.log(exp_in(torch, x, given_dtype).sum(dim, keepdim=True))


MISTAKES = (
    Mistake("the logarithm of softmax, -inf where that underflows", forward=_lost),
    Mistake("exp(x) overflows, without the maximum subtracted", forward=_overflowing),
    Mistake("normalises over all elements, not along dim", forward=lambda torch, x, dim: torch.log_softmax(x.flatten(), 0).reshape(x.shape)),
    Mistake("always uses the last axis", forward=lambda torch, x, dim: torch.log_softmax(x, -1)),
    Mistake("always uses axis 1", forward=lambda torch, x, dim: torch.log_softmax(x, 1)),
    Mistake("always uses axis 0", forward=lambda torch, x, dim: torch.log_softmax(x, 0)),
    Mistake("returns the probabilities (softmax)", forward=lambda torch, x, dim: torch.softmax(x, dim)),
    Mistake("does not normalise, x less its maximum", forward=lambda torch, x, dim: x - x.amax(dim, keepdim=True).detach()),
    Mistake("the gradient is grad_output - softmax(x), which ignores the sum of grad_output", backward=lambda torch, a, g, right: {
        "x": g - torch.softmax(a["x"], a["dim"])}),
    Mistake("adds 1e-12 within the logarithm", forward=lambda torch, x, dim: torch.log(torch.softmax(x, dim) + 1e-12)),
    Mistake("the gradient takes the mean of grad_output, not the sum", backward=lambda torch, a, g, right: {
        "x": g - torch.softmax(a["x"], a["dim"]) * g.mean(a["dim"], keepdim=True)}),
    Mistake("the gradient sums grad_output along the last axis", backward=lambda torch, a, g, right: {
        "x": g - torch.softmax(a["x"], a["dim"]) * g.sum(-1, keepdim=True)}),
    Mistake("the gradient is that of softmax", backward=lambda torch, a, g, right: {
        "x": torch.autograd.grad(torch.softmax(a["x"], a["dim"]), a["x"], g)[0]}),
    Mistake("the gradient takes output for its exponential", backward=lambda torch, a, g, right: {
        "x": g - torch.log_softmax(a["x"], a["dim"]) * g.sum(a["dim"], keepdim=True)}),
    Mistake("the gradient sums grad_output over all elements", backward=lambda torch, a, g, right: {
        "x": g - torch.softmax(a["x"], a["dim"]) * g.sum()}),
    Mistake("the gradient is (1 - softmax(x)) grad_output, the diagonal alone", backward=lambda torch, a, g, right: {
        "x": g * (1 - torch.softmax(a["x"], a["dim"]))}),
    Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {"x": g}),
)  # fmt: skip
