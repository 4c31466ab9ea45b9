"""The loops of cross_entropy, by one thread: a batch of logits is small.

Sums are in float64 whatever the dtype, which costs nothing beside the exponentials.
"""

from typing import Any

import numpy as np
from numba import types

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own

KERNELS = ("forward", "backward")
TARGET = types.Array(types.int64, 1, "A", readonly=True)


@kernel(given(2), TARGET, given_flat, INTEGER, types.float64, INTEGER, own(2), own(1), parallel=False)
def forward(
    logits: Any, target: Any, weight: Any, ignore_index: int, smoothing: float, mean: int, shares: Any, losses: Any
) -> tuple[float, float]:
    """Fill shares with softmax(logits), losses with the loss of each row; return their mean or sum, and the divisor."""
    N, C = logits.shape
    at_target = everywhere = divisor = 0.0
    for n in range(N):
        largest = logits[n, 0]
        for c in range(C):
            if logits[n, c] > largest or logits[n, c] != logits[n, c]:
                largest = logits[n, c]
        total = 0.0
        for c in range(C):
            shares[n, c] = np.exp(logits[n, c] - largest)
            total += shares[n, c]
        for c in range(C):
            shares[n, c] = shares[n, c] / total
        losses[n] = 0
        if target[n] == ignore_index:
            continue
        logarithm, factor = np.log(total), weight[target[n]]
        loss = -(logits[n, target[n]] - largest - logarithm) * factor
        at_target += loss
        divisor += factor
        losses[n] = loss
        if smoothing > 0:
            of_all = 0.0
            for c in range(C):
                of_all -= (logits[n, c] - largest - logarithm) * weight[c]
            everywhere += of_all
            losses[n] = (1 - smoothing) * loss + smoothing / C * of_all
    if not mean:
        divisor = 1.0
    loss = at_target / divisor
    if smoothing > 0:
        loss = (1 - smoothing) * loss + smoothing / C * (everywhere / divisor)
    return loss, divisor


@kernel(given(1), TARGET, given_flat, INTEGER, *(types.float64,) * 2, own(2), own(2), parallel=False)
def backward(
    grad_output: Any, target: Any, weight: Any, ignore_index: int, smoothing: float, divisor: float, shares: Any,
    grad_logits: Any,
) -> None:  # fmt: skip
    """grad_logits = q - shares * (sum of q), with q the gradient of the log-probabilities; grad_output may be one."""
    N, C = shares.shape
    for n in range(N):
        t = target[n]
        if t == ignore_index:
            for c in range(C):
                grad_logits[n, c] = 0 - shares[n, c] * 0
            continue
        scale = grad_output[n if grad_output.size > 1 else 0] / divisor
        total = 0.0
        for c in range(C):
            q = 0.0
            if smoothing > 0:
                q -= smoothing / C * scale * weight[c]
            if c == t:
                q -= (1 - smoothing) * scale * weight[c]
            grad_logits[n, c] = q
            total += q
        for c in range(C):
            grad_logits[n, c] = grad_logits[n, c] - shares[n, c] * total
