"""Loss and accuracy of a network on test images."""

from collections.abc import Callable

import numpy as np

from layerproof import PluginSet, Saved
from layerproof_train import hooks
from layerproof_train.batches import Array, Batches
from layerproof_train.network import Call, Network, Watch

LOSS = "cross_entropy"


def cross_entropy(
    plugins: PluginSet,
    logits: Array,
    target: Array,
    label_smoothing: float = 0.0,
    number: int = 0,
    watch: Watch | None = None,
) -> tuple[float, Saved, Call]:
    """The mean loss of a batch, computed by the plugins, what its backward needs, and the call."""
    arguments = {
        "logits": logits,
        "target": target,
        "weight": None,
        "ignore_index": -100,
        "reduction": "mean",
        "label_smoothing": label_smoothing,
    }
    results, saved = hooks.forward(plugins, LOSS, arguments, [()], logits.dtype)
    call = Call(number, LOSS, saved.implementation.plugin, arguments, results)
    if watch is not None:
        watch(call)
    return float(results[0]), saved, call


def evaluate(
    network: Network, plugins: PluginSet, batches: Batches, progress: Callable[[int, float], None] | None = None
) -> tuple[float, float]:
    """Compute the mean loss and the accuracy (0 to 1) over all images.

    ``progress`` is called after each batch with the number of images done and the loss of the batch.
    """
    loss_sum, right, done = 0.0, 0, 0
    for x, target in batches.in_order():
        loss, correct = _score(network, plugins, x, target)
        loss_sum += loss * len(target)
        right += correct
        done += len(target)
        if progress is not None:
            progress(done, loss)
    return loss_sum / done, right / done


def _score(network: Network, plugins: PluginSet, x: Array, target: Array) -> tuple[float, int]:
    # a function of its own, so that what the layers saved is gone before the next batch overwrites their inputs
    logits, _ = network.forward(plugins, x)
    loss, _, _ = cross_entropy(plugins, logits, target)
    return loss, int(np.count_nonzero(logits.argmax(axis=1) == target))
