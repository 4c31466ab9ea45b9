"""dropout: Elements zeroed at random in training.

output = x * mask / (1 - p), mask 0 with probability p and 1 otherwise; in evaluation output = x
"""

from typing import Any

import numpy as np

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {"x": "...", "p": "float from 0 to 1", "training": "bool", "rng": "generator"}
OUTPUTS = {"output": "..."}
DIFFERENTIABLE = ("x",)
NEUTRAL = {"p": 0.5, "training": True}


@hookspec(firstresult=True)
def dropout_forward(x: Array, p: float, training: bool, rng: np.random.Generator) -> tuple[Array, Any] | None:
    """In training, zero elements at random and scale up the others.

    Arguments:
        x: any shape, float32 or float64, any strides, perhaps read-only, perhaps empty.
        p: the probability of dropping, from 0 to 1, both included.
        training: False makes it the identity.
        rng: the only source of randomness. Training draws one number per element from it; evaluation leaves it alone.

    Returns:
        ``(output, saved)``: output has the shape and dtype of x; saved is whatever backward needs. None declines this
        configuration.

    Which elements are dropped is up to the implementation, as long as each is dropped with probability p,
    independently of the others and of x, and equal states of rng give equal masks for equal shapes and dtypes,
    whatever the strides of x.

    A kept element is x / (1 - p) within three roundings: x / (1 - p) and x * (1 / (1 - p)) are both right, with 1 - p
    and 1 / (1 - p) rounded to the dtype of x or not (PyTorch multiplies by the reciprocal, so its kept elements too
    are the nearest number to x / (1 - p) only most of the time). With p = 0.5 it is exactly 2 * x.

    Edges: p = 0 keeps all, p = 1 drops all. Dropping is a product with 0, as in PyTorch: a dropped NaN or infinity
    gives NaN, a dropped negative number -0.0. A kept NaN stays NaN, a kept infinity stays.

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.dropout.html
    """


@hookspec(firstresult=True)
def dropout_backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    """Return ``(grad_x,)`` = grad_output * mask / (1 - p), with the mask of the forward; in evaluation grad_output.

    Backward draws nothing: calling it again gives the same gradient. A NaN or infinite grad_output gives NaN where
    the element was dropped. Rounding as in forward.
    """
