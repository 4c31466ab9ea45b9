"""What the judge knows about log_softmax: the textbook algorithms, traced with their rounding errors."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import softmax
from layerproof_conformance.layers._examples import numbers
from layerproof_conformance.layers._mistakes import changed, slope
from layerproof_conformance.layers._smooth import exp_in, x_of_any_shape
from layerproof_conformance.layers.softmax import probabilities, rows, with_logarithm
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"dim": (-1, 0, 1, -2, 2)}
SURE = 1e-37
"""A probability of this size or more is not 0 in any dtype."""


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    """Shifted by the maximum, less the logarithm of the sum; or less the logarithm with the maximum in it."""
    axis = arguments["dim"] if arguments["x"].ndim else None
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    top, total = x.max(axis, keepdims=True), gradient.sum(axis, keepdims=True)
    log_total = (x - top).exp().sum(axis, keepdims=True).log()
    outputs = [(x - top) - log_total, x - with_logarithm(top, log_total)]
    return {"output": outputs, "grad_x": [gradient - p * total for p in probabilities(x, axis)]}


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


EXAMPLES = softmax.EXAMPLES
EDGES = {
    **softmax.EDGES,
    "dominated": rows([10.0, 0.0, 0.0], [15.0, 0.0, -1.0], [20.0, 0.0, 3.0], [40.0, 0.0, 0.0]),
    "infinite_gradients_that_cancel": {
        "x": numbers(4, 3), "dim": 1,
        "grad_output": np.array([[np.nan, 1.0, 2.0], [np.inf, 1.0, 2.0], [np.inf, -np.inf, 1.0], [1.0, -2.0, 0.5]]),
    },
    "gradient_that_sums_to_zero": {"x": numbers(2, 4), "dim": 1, "grad_output": np.array([[1.0, -1.0, 2.0, -2.0], [0.5, 0.0, -0.5, 0.0]])},
    "hundred_thousand_equal_classes": {"x": Recipe((100_003, 1), "ones"), "dim": 0},
}  # fmt: skip
arrays = x_of_any_shape


def _lost(torch: Any, x: Any, dim: int, given_dtype: str) -> Any:
    output = torch.log_softmax(x, dim)
    lowest = float(np.log(float(np.finfo(given_dtype).smallest_subnormal)) - 1)
    return torch.where(output < lowest, -float("inf"), output)


def _less(says: str, share: Any) -> Mistake:
    """A gradient of grad_output less ``share(torch, x, dim, g)``."""
    return Mistake(says, backward=lambda torch, a, g, right: {"x": g - share(torch, a["x"], a["dim"], g)})


MISTAKES = (
    Mistake("the logarithm of softmax, -inf where that underflows", _lost),
    Mistake("exp(x) overflows, without the maximum subtracted", lambda torch, x, dim, given_dtype: (
        x - torch.log(exp_in(torch, x, given_dtype).sum(dim, keepdim=True)))),
    Mistake("normalises over all elements, not along dim", lambda torch, x, dim: torch.log_softmax(x.flatten(), 0).reshape(x.shape)),
    changed("always uses axis 1", dim=1),
    changed("always uses axis 0", dim=0),
    Mistake("returns the probabilities (softmax)", lambda torch, x, dim: torch.softmax(x, dim)),
    Mistake("does not normalise, x less its maximum", lambda torch, x, dim: x - x.amax(dim, keepdim=True).detach()),
    Mistake("adds 1e-12 within the logarithm", lambda torch, x, dim: torch.log(torch.softmax(x, dim) + 1e-12)),
    _less("the gradient is grad_output - softmax(x), which ignores the sum of grad_output", lambda torch, x, dim, g: torch.softmax(x, dim)),
    _less("the gradient takes the mean of grad_output, not the sum", lambda torch, x, dim, g: torch.softmax(x, dim) * g.mean(dim, keepdim=True)),
    _less("the gradient sums grad_output along the last axis", lambda torch, x, dim, g: torch.softmax(x, dim) * g.sum(-1, keepdim=True)),
    _less("the gradient takes output for its exponential", lambda torch, x, dim, g: torch.log_softmax(x, dim) * g.sum(dim, keepdim=True)),
    _less("the gradient sums grad_output over all elements", lambda torch, x, dim, g: torch.softmax(x, dim) * g.sum()),
    Mistake("the gradient is that of softmax", backward=lambda torch, a, g, right: {"x": torch.autograd.grad(torch.softmax(a["x"], a["dim"]), a["x"], g)[0]}),
    slope("the gradient is (1 - softmax(x)) grad_output, the diagonal alone", lambda torch, x, dim: 1 - torch.softmax(x, dim)),
)  # fmt: skip
