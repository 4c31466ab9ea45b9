"""The backward pass runs in bfloat16 while forward is exact: someone who copied a mixed-precision recipe."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "precision"


conv2d_forward = conv2d.conv2d_forward


def as_bfloat16(values):
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return (bits & 0xFFFF0000).view(np.float32).astype(values.dtype)


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    return conv2d.conv2d_backward(as_bfloat16(grad_output), saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 1, 4, 4), "weight": normal(1, 1, 2, 2, seed=1)}, relative=1e-3)
