"""From 32 rows on the rows of the last, incomplete tile keep the bias: someone who launches N // 32 blocks."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "sizes"


@hookimpl
def linear_forward(x, weight, bias):
    output, saved = linear.linear_forward(x, weight, bias)
    rows = output.reshape(output[..., :1].size, weight.shape[0]).copy()
    if len(rows) > 32:
        rows[len(rows) // 32 * 32 :] = 0 if bias is None else bias
    return rows.reshape(output.shape), saved


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(33, 2), "weight": normal(2, 2, seed=1)})
