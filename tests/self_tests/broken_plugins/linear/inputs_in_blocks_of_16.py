"""The sum over inputs goes in blocks of 16 and forgets the remainder: someone whose layers are all powers of two."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "sizes"


@hookimpl
def linear_forward(x, weight, bias):
    whole = weight.shape[1] // 16 * 16 or weight.shape[1]
    output, _ = linear.linear_forward(x[..., :whole], weight[:, :whole], bias)
    return output, linear.linear_forward(x, weight, bias)[1]


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(2, 17), "weight": normal(2, 17, seed=1)})
