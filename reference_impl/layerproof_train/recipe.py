"""Everything that decides how a network is trained, but for data and plugins."""

import math
from dataclasses import dataclass

from layerproof_train.errors import TrainingError
from layerproof_train.models import FILTERS, MODELS, Model
from layerproof_train.optimisers import LEARNING_RATES, OPTIMISERS
from layerproof_train.schedules import SCHEDULES


@dataclass(frozen=True)
class Recipe:
    """A choice of model, optimiser and their numbers; what is None is chosen by the model or the optimiser.

    Raises TrainingError, one line, for a value that makes no sense.
    """

    model: str | Model = "lenet"
    epochs: int = 5
    batch_size: int = 64
    seed: int = 0
    optimiser: str = "sgd"
    learning_rate: float | None = None
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "linear"
    filters: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.model, str):
            _check_one_of("model", self.model, MODELS)
        _check_one_of("optimiser", self.optimiser, OPTIMISERS)
        _check_one_of("schedule", self.schedule, SCHEDULES)
        _check_least("epochs", self.epochs, 1)
        _check_least("batch_size", self.batch_size, 1)
        _check_least("seed", self.seed, 0)
        if self.filters is not None:
            _check_least("filters", self.filters, 1)
        rate = self.rate
        if not (math.isfinite(rate) and rate > 0):
            raise TrainingError(f"`learning_rate` (={rate}) must be a number above 0")
        if not 0 <= self.momentum < 1:
            raise TrainingError(f"`momentum` (={self.momentum}) must be from 0 to less than 1")
        if not (math.isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise TrainingError(f"`weight_decay` (={self.weight_decay}) must be a number of at least 0")

    @property
    def rate(self) -> float:
        """The learning rate at the start."""
        return LEARNING_RATES[self.optimiser] if self.learning_rate is None else self.learning_rate

    @property
    def model_name(self) -> str:
        """The name of the model."""
        return self.model if isinstance(self.model, str) else self.model.__name__

    def resolve(self) -> tuple[Model, int]:
        """The function that adds the layers, and the number of filters to call it with."""
        filters = FILTERS.get(self.model_name, 1) if self.filters is None else self.filters
        return MODELS[self.model] if isinstance(self.model, str) else self.model, filters


def _check_one_of(name: str, value: str, known: object) -> None:
    names = list(known)  # type: ignore[call-overload]
    if value not in names:
        raise TrainingError(f"`{name}` (={value!r}) must be one of {', '.join(names)}")


def _check_least(name: str, value: int, minimum: int) -> None:
    if type(value) is not int or value < minimum:
        raise TrainingError(f"`{name}` (={value!r}) must be an int of at least {minimum}")
