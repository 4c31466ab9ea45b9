"""The mask is remembered by shape and p, so that every batch drops the same: recurrent dropout taken too far."""

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "state"

_masks = {}

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    key = x.shape, p
    if key not in _masks:
        _masks[key] = rng.random(x.shape) >= p
    return dropout._dropped(x, _masks[key], p), (_masks[key], p)


def witness() -> str:
    import numpy as np
    from witnesses import Plugin

    plugin, rng = Plugin(__file__), np.random.default_rng(1)
    arguments = {"x": np.ones(1000), "p": 0.5, "training": True, "rng": rng}
    masks = [plugin.forward("dropout", arguments)[0][0] != 0 for _ in range(2)]
    same = int((masks[0] == masks[1]).sum())
    return f"two draws from one rng agree in {same} of 1000 places" if same > 900 else ""
