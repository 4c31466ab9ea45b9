"""Layers as nested Python loops over numbers, written down from the formulas; slow, and meant for reading."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    if not _module.name.startswith("_"):
        _layer = importlib.import_module(f"{__name__}.{_module.name}")
        for _hook in (f"{_module.name}_forward", f"{_module.name}_backward"):
            globals()[_hook] = getattr(_layer, _hook)
