"""Train networks whose every layer is computed by plugins."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layerproof.chain import Layers
    from layerproof_train.batches import Batches, Normalisation
    from layerproof_train.builder import build_network
    from layerproof_train.errors import TrainingError
    from layerproof_train.evaluation import evaluate
    from layerproof_train.memory import keep_freed_memory
    from layerproof_train.metrics import EpochMetrics
    from layerproof_train.model_files import read_model
    from layerproof_train.network import Call, Network, Stage
    from layerproof_train.observer import Observer, Step
    from layerproof_train.plugins import PluginChoice
    from layerproof_train.recipe import Recipe
    from layerproof_train.trained import Trained
    from layerproof_train.training import TrainingResult, train

__all__ = [
    "Batches",
    "Call",
    "EpochMetrics",
    "Layers",
    "Network",
    "Normalisation",
    "Observer",
    "PluginChoice",
    "Recipe",
    "Stage",
    "Step",
    "Trained",
    "TrainingError",
    "TrainingResult",
    "build_network",
    "evaluate",
    "keep_freed_memory",
    "read_model",
    "train",
]

_MODULES = {
    "Batches": "layerproof_train.batches",
    "Call": "layerproof_train.network",
    "EpochMetrics": "layerproof_train.metrics",
    "Layers": "layerproof.chain",
    "Network": "layerproof_train.network",
    "Normalisation": "layerproof_train.batches",
    "Observer": "layerproof_train.observer",
    "PluginChoice": "layerproof_train.plugins",
    "Recipe": "layerproof_train.recipe",
    "Stage": "layerproof_train.network",
    "Step": "layerproof_train.observer",
    "Trained": "layerproof_train.trained",
    "TrainingError": "layerproof_train.errors",
    "TrainingResult": "layerproof_train.training",
    "build_network": "layerproof_train.builder",
    "evaluate": "layerproof_train.evaluation",
    "keep_freed_memory": "layerproof_train.memory",
    "read_model": "layerproof_train.model_files",
    "train": "layerproof_train.training",
}


def __getattr__(name: str) -> Any:
    # imported when asked for: the command line imports this package each time it starts, and needs none of it
    if name in _MODULES:
        return getattr(importlib.import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
