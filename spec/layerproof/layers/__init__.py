"""The contract: one file per layer; every module of this package whose name has no leading underscore is a layer."""

import functools
import importlib
import pkgutil

from layerproof.layer import Layer


@functools.cache
def find_layers() -> dict[str, Layer]:
    """Every layer of the contract by name, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return {name: Layer.read(importlib.import_module(f"{__name__}.{name}")) for name in names}
