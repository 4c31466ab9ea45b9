"""Functions with names of their own, tied to their hooks by specname, and a wrapper beside them that looks at every
call."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "specname, and hook wrappers beside the implementations"


@hookimpl(specname="sigmoid_forward")
def squash(x):
    power = np.exp(-np.abs(x))
    share = np.where(x < 0, power, 1).astype(x.dtype) / (1 + power)
    return share, (share, power / (1 + power))


@hookimpl(specname="sigmoid_backward")
def unsquash(grad_output, saved):
    share, _ = saved
    with np.errstate(all="ignore"):
        return (grad_output * ((1 - share) * share),)


@hookimpl(wrapper=True, specname="sigmoid_forward")
def watched_forward(x):
    result = yield
    assert result[0].shape == x.shape
    return result


@hookimpl(wrapper=True, specname="sigmoid_backward")
def watched_backward(grad_output):
    return (yield)
