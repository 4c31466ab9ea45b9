"""The running maximum of an online softmax begins at minus infinity, for which 0 stands in: exp(0 - maximum) overflows
where the first block of classes lies far below 0, and infinity times a sum of 0 is NaN. Written as a right plugin."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "special values"

BLOCK = 5


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    N, classes = logits.shape
    rows = np.arange(N)
    factors = np.ones(classes) if weight is None else weight.astype(np.float64)
    counted = target != ignore_index
    safe = np.where(counted, target, 0)
    own = np.where(counted, factors[safe], 0.0)
    with np.errstate(all="ignore"):
        top, total = np.full(N, -np.inf), np.zeros(N)
        for begin in range(0, classes, BLOCK):
            block = logits[:, begin : begin + BLOCK].astype(np.float64)
            higher = np.maximum(top, block.max(axis=1))
            usable = np.where(np.isneginf(higher), 0, higher)
            total = total * np.exp(np.where(np.isneginf(top), 0, top) - usable) + np.exp(block - usable[:, None]).sum(1)
            top = higher
        total = np.where(np.isfinite(top), total, np.nan)
        base = np.where(np.isneginf(top), 0, top)

        def log_p(columns):
            return (logits[:, columns].astype(np.float64) - base[:, None]) - np.log(total)[:, None]

        at_target = (logits[rows, safe].astype(np.float64) - base) - np.log(total)
        losses = -(1 - label_smoothing) * own * at_target if label_smoothing < 1 else np.zeros(N)
        if label_smoothing > 0:
            everywhere = sum(
                (log_p(slice(begin, begin + BLOCK)) * factors[begin : begin + BLOCK]).sum(1)
                for begin in range(0, classes, BLOCK)
            )
            losses = losses - label_smoothing / classes * everywhere
        losses = np.where(counted, losses, 0.0)
        divisor = own.sum() if reduction == "mean" else 1.0

        def gradient(grad_output):
            result = np.empty(logits.shape, logits.dtype)
            with np.errstate(all="ignore"):
                g = np.where(counted, grad_output / np.float64(divisor), 0.0)
                smoothed = g * (label_smoothing / classes if label_smoothing > 0 else 0.0)
                sharp = g * ((1 - label_smoothing) * own)
                sum_of_q = -(sharp + smoothed * factors.sum()) if label_smoothing > 0 else -sharp
                for begin in range(0, classes, BLOCK):
                    columns = slice(begin, min(begin + BLOCK, classes))
                    q = -smoothed[:, None] * factors[columns] if label_smoothing > 0 else np.zeros((N, 1))
                    q = q - np.where(safe[:, None] == np.arange(classes)[columns], sharp[:, None], 0.0)
                    result[:, columns] = q - np.exp(log_p(columns)) * sum_of_q[:, None]
            return result

        if reduction == "none":
            return losses.astype(logits.dtype), gradient
        loss = losses.sum()
        return logits.dtype.type(np.float64(loss) / divisor if reduction == "mean" else loss), gradient


@hookimpl
def cross_entropy_backward(grad_output, saved):
    return (saved(grad_output),)


def witness() -> str:
    from witnesses import differs

    logits = np.array([[-1000, -1001, -1002]], np.float32)
    return differs(__file__, "cross_entropy", {"logits": logits, "target": np.array([1])})
