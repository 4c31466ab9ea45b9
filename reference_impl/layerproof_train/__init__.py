"""Train networks whose every layer is computed by plugins."""

from layerproof_train.batches import Batches, Normalisation
from layerproof_train.builder import Builder
from layerproof_train.errors import TrainingError
from layerproof_train.evaluation import evaluate
from layerproof_train.memory import keep_freed_memory
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Network, Stage
from layerproof_train.recipe import Recipe
from layerproof_train.training import Observer, TrainingResult, train

__all__ = [
    "Batches",
    "Builder",
    "EpochMetrics",
    "Network",
    "Normalisation",
    "Observer",
    "Recipe",
    "Stage",
    "TrainingError",
    "TrainingResult",
    "evaluate",
    "keep_freed_memory",
    "train",
]
