"""The variances of chunks of 32 samples are averaged, without that between chunks: someone who counts cache lines."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "sizes"

CHUNK = 32

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    outputs, saved = batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if not training or len(x) <= CHUNK:
        return outputs, saved
    axes = (0, *range(2, x.ndim))
    shares = [len(x[start : start + CHUNK]) / len(x) for start in range(0, len(x), CHUNK)]
    chunks = [x[start : start + CHUNK].astype(np.float64) for start in range(0, len(x), CHUNK)]
    mean = sum(share * chunk.mean(axes) for share, chunk in zip(shares, chunks, strict=True))
    variance = sum(share * chunk.var(axes) for share, chunk in zip(shares, chunks, strict=True))
    (y, _, _), frozen = batch_norm.batch_norm_forward(x, weight, bias, mean, variance, False, momentum, eps)
    normalized = frozen.normalized._replace(centred=True)
    return (y, *outputs[1:]), frozen._replace(training=True, normalized=normalized)


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "batch_norm", {"x": normal(32, 3), "training": True}):
        return ""
    return differs(__file__, "batch_norm", {"x": normal(40, 3), "training": True})
