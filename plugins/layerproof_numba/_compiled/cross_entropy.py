"""The loops of cross_entropy, by one thread: a batch of logits is small.

Sums are in float64 whatever the dtype, which costs nothing beside the exponentials.
"""

from typing import Any

import numpy as np
from numba import types

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own

KERNELS = ("forward", "backward")
TARGET = types.Array(types.int64, 1, "A", readonly=True)


@kernel(given(2), TARGET, given_flat, INTEGER, own(2), own(2), own(1), parallel=False)
def forward(logits: Any, target: Any, weight: Any, ignore_index: int, shares: Any, losses: Any, counts: Any) -> None:
    """Fill shares with softmax(logits), counts with the weight of each row, losses with the two parts of its loss.

    The first part is that of its target, the second, for label smoothing, the sum of those of all classes.
    """
    N, C = logits.shape
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
        losses[:, n] = 0
        counts[n] = 0
        if target[n] == ignore_index:
            continue
        logarithm = np.log(total)
        counts[n] = weight[target[n]]
        losses[0, n] = -(logits[n, target[n]] - largest - logarithm) * counts[n]
        everywhere = 0.0
        for c in range(C):
            everywhere -= (logits[n, c] - largest - logarithm) * weight[c]
        losses[1, n] = everywhere


@kernel(given(1), TARGET, given_flat, INTEGER, types.float64, own(2), own(2), parallel=False)
def backward(
    scale: Any, target: Any, weight: Any, ignore_index: int, smoothing: float, shares: Any, grad_logits: Any
) -> None:
    """With q the gradient of the log-probabilities: grad_logits = q - shares * (sum of q)."""
    N, C = shares.shape
    for n in range(N):
        t = target[n]
        if t == ignore_index:
            for c in range(C):
                grad_logits[n, c] = 0 - shares[n, c] * 0
            continue
        total = 0.0
        for c in range(C):
            q = 0.0
            if smoothing > 0:
                q -= smoothing / C * scale[n] * weight[c]
            if c == t:
                q -= (1 - smoothing) * scale[n] * weight[c]
            grad_logits[n, c] = q
            total += q
        for c in range(C):
            grad_logits[n, c] = grad_logits[n, c] - shares[n, c] * total
