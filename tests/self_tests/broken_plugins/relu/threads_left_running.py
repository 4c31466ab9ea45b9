"""Every new shape starts a pool of threads that is never shut down: someone who forgot the with statement."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "process"


_pools = {}


@hookimpl
def relu_forward(x):
    if x.shape not in _pools:
        _pools[x.shape] = ThreadPoolExecutor(2)
    return _pools[x.shape].submit(np.maximum, x, 0).result(), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "relu", {"x": normal(2, 3)})
