"""One step forward and backward through a network and its loss."""

from dataclasses import replace

import numpy as np

from layerproof import PluginSet
from layerproof_train import hooks
from layerproof_train.batches import Array
from layerproof_train.evaluation import cross_entropy
from layerproof_train.network import Network, Watch


def compute_gradients(
    network: Network,
    plugins: PluginSet,
    x: Array,
    target: Array,
    rng: np.random.Generator | None,
    label_smoothing: float = 0.0,
    watch: Watch | None = None,
) -> float:
    """Fill the network's gradients with those of the loss of a batch, and return that loss."""
    logits, tape = network.forward(plugins, x, training=True, rng=rng, watch=watch)
    number = len(network.stages) + 1
    loss, saved, call = cross_entropy(plugins, logits, target, label_smoothing, number, watch)
    grad_loss = np.ones((), network.dtype)
    gradients = hooks.backward(plugins, grad_loss, saved, (True,))
    hooks.check_array(
        f"plugin {saved.implementation.plugin}: grad_logits of cross_entropy_backward",
        gradients[0],
        logits.shape,
        logits.dtype,
    )
    if watch is not None:
        watch(replace(call, results=gradients, grad_output=grad_loss, needs_input_grad=(True,)))
    network.backward(plugins, gradients[0], tape, watch)
    return loss
