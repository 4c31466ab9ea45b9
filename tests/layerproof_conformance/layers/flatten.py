"""What the judge knows about flatten: nothing is computed, so everything is exact."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.oracle.bounds import ExactSelection
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"start_dim": (0, 1, 2, -3, -2, -1), "end_dim": (-1, 0, 1, 2, 3, -2)}
BOUND = ExactSelection(bitwise=True)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank; where the axes do not exist or cross, validation refuses it."""
    return {"x": sampler.recipe(sampler.any_shape())}


def call(torch: Any, x: Any, start_dim: int, end_dim: int) -> Any:
    """Flatten is no member of torch.nn.functional; a copy, so that its gradient can be asked for."""
    return torch.flatten(x, start_dim, end_dim).clone()


def _ramp(*shape: int) -> Any:
    return np.arange(float(np.prod(shape))).reshape(shape)


_OTHER_NAN = np.array(0x7FFC_0000_0000_0000).view(np.float64)

EDGES: dict[str, Any] = {
    "images_to_rows": lambda: {"x": _ramp(3, 2, 4, 5), "start_dim": 1, "end_dim": -1},
    "middle_axes": lambda: {"x": _ramp(2, 3, 4, 5), "start_dim": 1, "end_dim": 2},
    "one_axis": lambda: {"x": _ramp(2, 3, 4), "start_dim": 1, "end_dim": 1},
    "everything": lambda: {"x": _ramp(2, 3, 4), "start_dim": 0, "end_dim": -1},
    "negative_axes": lambda: {"x": _ramp(2, 3, 4, 5), "start_dim": -3, "end_dim": -2},
    "scalar": lambda: {"x": np.array(2.5), "start_dim": 0, "end_dim": -1},
    "no_samples": lambda: {"x": np.zeros((0, 3, 4)), "start_dim": 1, "end_dim": -1},
    "special": lambda: {
        "x": np.array([[np.nan, np.inf], [-0.0, -np.inf], [-np.nan, _OTHER_NAN]]),
        "start_dim": 0,
        "end_dim": -1,
    },
    "more_than_sixteen_bits_of_elements": lambda: {"x": Recipe((3, 151, 157)), "start_dim": 1, "end_dim": -1},
    "subnormal": lambda: {"x": _ramp(3, 2, 2) * 1e-44, "start_dim": 1, "end_dim": -1},
}

MISTAKES = (
    Mistake("flattens in column-major order", forward=lambda torch, x, start_dim, end_dim: _column_major(torch, x, start_dim, end_dim)),
    Mistake("always keeps the first axis", forward=lambda torch, x, start_dim, end_dim: torch.flatten(x, 1, -1) * 1),
    Mistake("end_dim is ignored", forward=lambda torch, x, start_dim, end_dim: torch.flatten(x, start_dim, -1) * 1),
    Mistake("start_dim is ignored", forward=lambda torch, x, start_dim, end_dim: torch.flatten(x, 0, end_dim) * 1),
    Mistake(
        "grad_x is in column-major order",
        backward=lambda torch, a, g, right: {"x": g.reshape(a["x"].shape[::-1]).permute(*range(a["x"].ndim)[::-1])},
    ),
)  # fmt: skip


def _column_major(torch: Any, x: Any, start_dim: int, end_dim: int) -> Any:
    start, end = start_dim % x.ndim, end_dim % x.ndim
    axes = [*range(start), *reversed(range(start, end + 1)), *range(end + 1, x.ndim)]
    return torch.flatten(x.permute(axes), start, end) * 1
