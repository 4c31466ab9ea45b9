"""Layers and training steps in PyTorch eager, to which all times are compared."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from layerproof import find_layers
from layerproof_conformance.benchmark.calls import Call, Result
from layerproof_conformance.benchmark.proof import StepTask, torch_network
from layerproof_conformance.benchmark.shapes import ATTENTION, VARIANTS, LayerTask
from layerproof_conformance.benchmark.with_plugin import thread_pools
from layerproof_conformance.layers import find_layer_judge

MATRIX, COPIED = 1024, 2**26


def _batch_norm(torch: Any, running_mean: Any, running_var: Any, **rest: Any) -> Any:
    return torch.nn.functional.batch_norm(rest.pop("x"), running_mean, running_var, **rest)


def _dropout(torch: Any, x: Any, p: float, training: bool, rng: Any) -> Any:
    return torch.nn.functional.dropout(x, p, training)


def _attention(torch: Any, **arguments: Any) -> Any:
    return torch.nn.functional.scaled_dot_product_attention(**arguments)


# Layers that the oracle calls in another way than a user of PyTorch would.
_EAGER: dict[str, Callable[..., Any]] = {"batch_norm": _batch_norm, "dropout": _dropout, ATTENTION: _attention}


class WithPyTorch:
    """PyTorch with so many threads."""

    def __init__(self, threads: int) -> None:
        import torch

        torch.set_num_threads(threads)
        self._torch = torch

    def layer(self, task: LayerTask) -> tuple[Call, Call]:
        """Forward, which records the graph, and backward, which keeps it."""
        torch, layer = self._torch, find_layers()[task.layer]
        eager = _EAGER.get(task.layer) or find_layer_judge(task.layer).oracle.call
        wanted = dict(zip(layer.differentiable, task.needs, strict=False))
        given = []
        for variant in range(VARIANTS):
            tensors = {
                name: torch.from_numpy(value if value.flags.writeable else value.copy())
                if isinstance(value, np.ndarray)
                else value
                for name, value in task.arguments(variant).items()
            }
            for name, needed in wanted.items():
                if tensors[name] is not None:
                    tensors[name].requires_grad_(needed)
            given.append(tensors)
        leaves = [[tensors[name] for name, needed in wanted.items() if needed] for tensors in given]
        gradients = [torch.from_numpy(task.grad_output(variant)) for variant in range(VARIANTS)]
        outputs: dict[int, Any] = {}

        def forward(variant: int) -> Result:
            outputs[variant] = eager(torch, **given[variant])
            return (outputs[variant].detach(),)

        def backward(variant: int) -> Result:
            results: Result = torch.autograd.grad(
                outputs[variant], leaves[variant], gradients[variant], retain_graph=True
            )
            return results

        return forward, backward

    def step(self, task: StepTask) -> Call:
        """A training step with torch.optim.SGD."""
        torch = self._torch
        network, parameters = torch_network(torch, task, task.parameters())
        optimiser = torch.optim.SGD(parameters, lr=task.learning_rate)
        batches = [tuple(map(torch.from_numpy, task.batch(variant))) for variant in range(VARIANTS)]

        def step(variant: int) -> Result:
            x, target = batches[variant]
            optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(network(x), target)
            loss.backward()
            optimiser.step()
            return ()

        return step

    def calibrate(self) -> tuple[float, float]:
        """The GFLOP/s of a matrix product and the GB/s, read and written, of a copy: the best of a few each."""
        torch = self._torch
        a, source, target = torch.rand(MATRIX, MATRIX), torch.ones(COPIED // 4), torch.zeros(COPIED // 4)
        product = min(_seconds(lambda: a @ a) for _ in range(8))
        copy = min(_seconds(lambda: target.copy_(source)) for _ in range(8))
        return 2e-9 * MATRIX**3 / product, 2e-9 * COPIED / copy

    def libraries(self) -> list[str]:
        """The thread pools of this process."""
        return thread_pools()


def _seconds(run: Any) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
