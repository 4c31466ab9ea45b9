"""Layers in Numba: loops over images in threads, around a few micro-kernels that keep their sums in vector registers.

Importing this package does not import Numba: that happens when a layer is first called, and compiles it once.
"""

import importlib
import pkgutil

from layerproof_numba._compile import layerproof_warm

__all__ = ["layerproof_warm"]

for _module in pkgutil.iter_modules(__path__):
    if not _module.name.startswith("_"):
        _layer = importlib.import_module(f"{__name__}.{_module.name}")
        for _hook in (f"{_module.name}_forward", f"{_module.name}_backward"):
            globals()[_hook] = getattr(_layer, _hook)
