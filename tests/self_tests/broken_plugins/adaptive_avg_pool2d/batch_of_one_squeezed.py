"""All axes of length 1 are dropped when the output is one pixel, the batch too when it holds one image: someone who
wrote squeeze() for global pooling and put two axes back."""

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d

DEFECT_CLASS = "shape"


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    output, saved = adaptive_avg_pool2d.adaptive_avg_pool2d_forward(x, output_size)
    if output_size == (1, 1):
        output = output.squeeze()[..., None, None]
    return output, saved


adaptive_avg_pool2d_backward = adaptive_avg_pool2d.adaptive_avg_pool2d_backward


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "adaptive_avg_pool2d", {"x": normal(1, 3, 4, 4), "output_size": (1, 1)})
