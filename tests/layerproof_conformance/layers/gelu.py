"""What the judge knows about gelu: on the left 1 + erf and 1 + tanh cancel, so the error there is that of erf and tanh.

It counts x/2 times in the output, once in the gradient of "none", and x/2 * du/dx times in that of "tanh", with its square.
The terms of the gradient of "none" are added up in any order, so it has the rounding of erf itself, which is 1, also in the tail.
Beyond 50 all factors have reached 0 or 1, so the trace stops there instead of overflowing in squares and cubes; where the
orders of multiplication in use overflow, so may the result.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from layerproof_conformance.layers import _smooth as smooth
from layerproof_conformance.layers._examples import numbers
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"approximate": ("none", "tanh")}
CUBIC, FACTOR = 0.044715, math.sqrt(2 / math.pi)
SATURATED = 50.0


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """By erf or by tanh, the factors of the gradient in any order."""
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    near = arithmetic.exact(np.clip(arguments["x"], -SATURATED, SATURATED))
    if arguments["approximate"] == "none":
        centred = (near * smooth.given(arithmetic, math.sqrt(0.5))).erf()
        rise = (-0.5 * (near * near)).exp() * smooth.given(arithmetic, 1 / math.sqrt(2 * math.pi))
    else:
        factor, cubic = smooth.given(arithmetic, FACTOR), smooth.given(arithmetic, CUBIC)
        u = factor * (near + cubic * (near * near * near))
        centred = u.tanh()
        rise = 0.5 * smooth.slope_of_tanh(u) * (factor * (1 + 3 * cubic * (near * near)))
    share = 0.5 * (1 + centred)
    gradients = [
        gradient * (share + near * rise),
        gradient * share + gradient * x * rise,
        gradient * (0.5 * (1 + (centred + 2 * (near * rise)))),
    ]
    if arguments["approximate"] == "tanh":
        # x may be multiplied by du/dx, some x**3, before the factor that is 0 for such x
        powers = np.abs(x.value) ** 3
        gradients = [replace(value, magnitude=np.maximum(value.magnitude, powers)) for value in gradients]
    return {"output": [x * share, 2 * x * share * 0.5], "grad_x": gradients}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but infinities and what overflows in PyTorch: the double of x and, in the gradient of "tanh", its square.

    An infinite grad_output is judged on the right only, where both terms of the derivative have its sign.
    """
    x = arguments["x"]
    limit = float(np.finfo(x.dtype).max)
    size = np.abs(x.astype(np.float64))
    sure = smooth.sure_gradients(trace, arguments, grad_output) & ~(np.isinf(grad_output) & ~(x > 0))
    largest = math.sqrt(limit) if arguments["approximate"] == "tanh" else limit
    return {"output": ~(size > limit / 2), "grad_x": sure & ~(size > largest)}


EXAMPLES = {"": {"x": numbers(3, 5), "approximate": "tanh"}}
EDGES = {
    f"{name}_{ending}": {**edge, "approximate": approximate}
    for ending, approximate in (("by_erf", "none"), ("by_tanh", "tanh"))
    for name, edge in smooth.ELEMENTWISE_EDGES.items()
}
arrays = smooth.x_of_any_shape


def _only(approximate: str, formula: Any) -> Any:
    """A forward by another ``formula(torch, x)`` for one of the two."""

    def forward(torch: Any, **a: Any) -> Any:
        assert a["approximate"] == approximate
        return formula(torch, a["x"])

    return forward


def _gradient(says: str, approximate: str, formula: Any) -> Mistake:
    """The gradient of another formula, beside a right output."""
    forward = _only(approximate, formula)
    return Mistake(
        says, backward=lambda torch, a, g, right: {"x": torch.autograd.grad(forward(torch, **a), a["x"], g)[0]}
    )


def _tanh(torch: Any, x: Any) -> Any:
    return torch.nn.functional.gelu(x, approximate="tanh")


def _quick(torch: Any, x: Any) -> Any:
    return x * torch.sigmoid(1.702 * x)


MISTAKES = (
    _gradient("the gradient with \"tanh\" is that of \"none\"", "tanh", lambda torch, x: torch.nn.functional.gelu(x)),
    _gradient("the gradient with \"none\" is that of \"tanh\"", "none", _tanh),
    _gradient("the gradient with \"none\" lacks the density, x phi(x)", "none", lambda torch, x: x * (0.5 * (1 + torch.erf(x.detach() / math.sqrt(2))))),
    _gradient("the gradient with \"tanh\" lacks the derivative of tanh", "tanh", lambda torch, x: (
        x * (0.5 * (1 + torch.tanh(FACTOR * (x.detach() + CUBIC * x.detach()**3)))))),
    _gradient("the gradient with \"tanh\" lacks the derivative of the cubic term", "tanh", lambda torch, x: (
        0.5 * x * (1 + torch.tanh(FACTOR * (x + CUBIC * x.detach() ** 3))))),
    Mistake("approximate is ignored (always \"tanh\")", _only("none", _tanh)),
    Mistake("computes silu", lambda torch, x, approximate: torch.nn.functional.silu(x)),
    Mistake("\"none\" computes x sigmoid(1.702 x)", _only("none", _quick)),
    Mistake("\"tanh\" computes x sigmoid(1.702 x)", _only("tanh", _quick)),
    Mistake("erf of x, not of x / sqrt(2)", _only("none", lambda torch, x: 0.5 * x * (1 + torch.erf(x)))),
    Mistake("lacks the factor 1/2", lambda torch, **a: 2 * torch.nn.functional.gelu(a["x"], approximate=a["approximate"])),
    Mistake("the argument of tanh lacks the cubic term", _only("tanh", lambda torch, x: 0.5 * x * (1 + torch.tanh(FACTOR * x)))),
    Mistake("the argument of tanh lacks sqrt(2/pi)", _only("tanh", lambda torch, x: (0.5 * x * (1 + torch.tanh(x + CUBIC * x**3))))),
)  # fmt: skip
