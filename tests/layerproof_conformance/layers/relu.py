"""What the judge knows about relu: values are selected, so nothing is rounded."""

from layerproof_conformance.layers._examples import numbers, ramp
from layerproof_conformance.layers._smooth import ELEMENTWISE_EDGES, x_of_any_shape
from layerproof_conformance.oracle.bounds import ExactSelection
from layerproof_conformance.types.mistake import Mistake

BOUND = ExactSelection()
EXAMPLES = {"": {"x": numbers(3, 5)}}
EDGES = {**ELEMENTWISE_EDGES, "all_negative": {"x": -1.0 - ramp(3, 4)}}
arrays = x_of_any_shape
MISTAKES = (
    Mistake("lets the gradient through at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] >= 0, g, 0.0)}),
    Mistake("gradient 1/2 at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, g / 2, right["x"])}),
    Mistake("takes the absolute value", lambda torch, x: x.abs()),
    Mistake("leaks a slope of 0.01 for negative values", lambda torch, x: torch.nn.functional.leaky_relu(x)),
    Mistake("caps values at 6 (relu6)", lambda torch, x: torch.nn.functional.relu6(x)),
)  # fmt: skip
