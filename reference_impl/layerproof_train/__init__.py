"""Train networks whose every layer is computed by plugins."""

from layerproof_train.batches import Batches, Normalisation
from layerproof_train.builder import build_network
from layerproof_train.definition import Layers, read_model
from layerproof_train.errors import TrainingError
from layerproof_train.evaluation import evaluate
from layerproof_train.memory import keep_freed_memory
from layerproof_train.metrics import EpochMetrics
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
