"""Everything that decides how a network is trained, but for data and plugins."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self, TypedDict

from layerproof.chain import Layers
from layerproof.chain.models import FILTERS, MODELS
from layerproof_train.choices import INITIALISATIONS, OPTIMISERS, SCHEDULES
from layerproof_train.errors import TrainingError
from layerproof_train.model_files import read_model
from layerproof_train.optimisers import LEARNING_RATES


@dataclass(frozen=True)
class Recipe:
    """A choice of model, optimiser and their numbers; what is None is chosen by the model or the optimiser.

    ``model`` is a name, a TOML file or a list of layers. Raises TrainingError, one line, for a value that makes no
    sense.
    """

    model: str | Path | Layers = "lenet"
    epochs: int = 5
    batch_size: int = 64
    seed: int = 0
    optimiser: str = "sgd"
    learning_rate: float | None = None
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "linear"
    filters: int | None = None
    initialisation: str = "pytorch"
    label_smoothing: float = 0.0
    clip_norm: float | None = None
    augment: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.model, str) and not _is_file(self.model):
            _check_one_of("model", self.model, MODELS)
        _check_one_of("optimiser", self.optimiser, OPTIMISERS)
        _check_one_of("schedule", self.schedule, SCHEDULES)
        _check_one_of("initialisation", self.initialisation, INITIALISATIONS)
        _check_least("epochs", self.epochs, 1)
        _check_least("batch_size", self.batch_size, 1)
        _check_least("seed", self.seed, 0)
        if self.filters is not None:
            _check_least("filters", self.filters, 1)
            if not self.has_named_model:
                raise TrainingError(f"`filters` (={self.filters}) belongs to the models {', '.join(MODELS)} only")
        rate = self.rate
        if not (math.isfinite(rate) and rate > 0):
            raise TrainingError(f"`learning_rate` (={rate}) must be a number above 0")
        if not 0 <= self.momentum < 1:
            raise TrainingError(f"`momentum` (={self.momentum}) must be from 0 to less than 1")
        if not (math.isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise TrainingError(f"`weight_decay` (={self.weight_decay}) must be a number of at least 0")
        if not 0 <= self.label_smoothing <= 1:
            raise TrainingError(f"`label_smoothing` (={self.label_smoothing}) must be from 0 to 1")
        if self.clip_norm is not None and not (math.isfinite(self.clip_norm) and self.clip_norm > 0):
            raise TrainingError(f"`clip_norm` (={self.clip_norm}) must be a number above 0")

    @property
    def rate(self) -> float:
        """The learning rate at its highest."""
        return LEARNING_RATES[self.optimiser] if self.learning_rate is None else self.learning_rate

    @property
    def has_named_model(self) -> bool:
        """Whether the model is one of those that have a name."""
        return isinstance(self.model, str) and self.model in MODELS

    @property
    def model_name(self) -> str:
        """The name of the model."""
        return str(self.model) if isinstance(self.model, (str, Path)) else "of your own"

    def layers(self) -> Layers:
        """The layers of the model; reads its file where it is one."""
        if isinstance(self.model, str) and self.model in MODELS:
            filters = FILTERS[self.model] if self.filters is None else self.filters
            return MODELS[self.model](filters)
        if isinstance(self.model, (str, Path)):
            return read_model(Path(self.model))
        return self.model

    def to_json(self) -> dict[str, Any]:
        """What is written into the folder of a run; a path is a text."""
        values = asdict(self)
        return values | {"model": str(self.model) if isinstance(self.model, Path) else self.model}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """What ``to_json`` gave; raises TypeError for what it cannot have given."""
        return cls(**values)


class RecipeFields(TypedDict, total=False):
    """The fields of ``Recipe`` as keyword arguments."""

    model: str | Path | Layers
    epochs: int
    batch_size: int
    seed: int
    optimiser: str
    learning_rate: float | None
    momentum: float
    weight_decay: float
    schedule: str
    filters: int | None
    initialisation: str
    label_smoothing: float
    clip_norm: float | None
    augment: bool


def _is_file(model: str) -> bool:
    return model.endswith(".toml")


def _check_one_of(name: str, value: str, known: Sequence[str] | Mapping[str, Any]) -> None:
    names = list(known)
    if value not in names:
        raise TrainingError(f"`{name}` (={value!r}) must be one of {', '.join(names)}")


def _check_least(name: str, value: int, minimum: int) -> None:
    if type(value) is not int or value < minimum:
        raise TrainingError(f"`{name}` (={value!r}) must be an int of at least {minimum}")
