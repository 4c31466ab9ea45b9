"""logaddexp(0, beta * x) / beta; a class whose instance holds the hooks as bound methods."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "bound methods of an instance as hooks"


class Softplus:
    """Both hooks, sharing what the instance was made with."""

    def __init__(self, zero):
        self.zero = zero

    @hookimpl
    def softplus_forward(self, x, beta, threshold):
        kind = x.dtype.type
        with np.errstate(all="ignore"):
            scaled = x * kind(beta)
            smooth = np.logaddexp(kind(self.zero), scaled) / kind(beta)
            return np.where(scaled > kind(threshold), x, smooth), (scaled, kind(threshold))

    @hookimpl
    def softplus_backward(self, grad_output, saved):
        scaled, threshold = saved
        with np.errstate(all="ignore"):
            power = np.exp(-np.abs(scaled))
            share = np.where(scaled < 0, power, 1) / (1 + power)
            return (np.where(scaled > threshold, grad_output, grad_output * share),)


_instance = Softplus(0)
softplus_forward, softplus_backward = _instance.softplus_forward, _instance.softplus_backward
