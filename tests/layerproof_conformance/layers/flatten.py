"""What the judge knows about flatten: nothing is computed, so everything is exact."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Edges, ramp
from layerproof_conformance.layers._mistakes import changed
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


_OTHER_NAN = np.array(0x7FFC_0000_0000_0000).view(np.float64)
EXAMPLES = {"": {"x": ramp(3, 2, 4, 5), "start_dim": 1, "end_dim": -1}}
EDGES: Edges = {
    "middle_axes": {"x": ramp(2, 3, 4, 5), "start_dim": 1, "end_dim": 2},
    "one_axis": {"x": ramp(2, 3, 4), "start_dim": 1, "end_dim": 1},
    "negative_axes": {"x": ramp(2, 3, 4, 5), "start_dim": -3, "end_dim": -2},
    "scalar": {"x": np.array(2.5)},
    "special": {"x": np.array([[np.nan, np.inf], [-0.0, -np.inf], [-np.nan, _OTHER_NAN]])},
    "more_than_sixteen_bits_of_elements": {"x": Recipe((3, 151, 157)), "start_dim": 1, "end_dim": -1},
}


def _column_major(torch: Any, x: Any, start_dim: int, end_dim: int) -> Any:
    start, end = start_dim % x.ndim, end_dim % x.ndim
    axes = [*range(start), *reversed(range(start, end + 1)), *range(end + 1, x.ndim)]
    return torch.flatten(x.permute(axes), start, end) * 1


MISTAKES = (
    Mistake("flattens in column-major order", _column_major),
    changed("always keeps the first axis", start_dim=1, end_dim=-1),
    Mistake("grad_x is in column-major order", backward=lambda torch, a, g, right: {"x": g.reshape(a["x"].shape[::-1]).permute(*range(a["x"].ndim)[::-1])}),
)  # fmt: skip
