"""Every forward starts a thread that watches the range of x and never ends: monitoring added in a hurry."""

import threading
import time

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "process"

softplus_backward = softplus.softplus_backward


def _watch(alarms):
    while not alarms:
        time.sleep(1)


@hookimpl
def softplus_forward(x, beta, threshold):
    threading.Thread(target=_watch, args=([],), daemon=True).start()
    return softplus.softplus_forward(x, beta, threshold)


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "softplus", {"x": normal(3, 4)}, times=5)
