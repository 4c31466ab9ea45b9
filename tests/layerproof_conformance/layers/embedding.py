"""What the judge knows about embedding: rows are selected; the gradient of a row is a sum over all its places."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.layers._mistakes import changed, gradient_changed
from layerproof_conformance.oracle.bounds import ExactSelection
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"padding_idx": (None, 0, 1, -1, 2, -3)}
BOUND = ExactSelection()


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Tables of a few or many rows, long or short ones; indices of any rank, repeated and with gaps."""
    rows = sampler.one_of((3, 1, 2, 5, 17, 130))
    width = sampler.length(1, 130) if sampler.one_of((False, True)) else sampler.integer(1, 4)
    shape = sampler.any_shape(max(1, 6000 // width))
    return {"weight": sampler.recipe((rows, width)), "indices": Recipe(shape, f"classes_{rows}", sampler.layout())}


def call(torch: Any, weight: Any, indices: Any, padding_idx: Any) -> Any:
    """The indices come first there."""
    return torch.nn.functional.embedding(indices, weight, padding_idx)


def _repeated(rows: int, places: int) -> dict[str, Any]:
    """Few rows in many places; all gradients are positive, so that no sum is small by chance."""
    rng = np.random.default_rng(rows)
    indices = rng.integers(0, rows, places)
    return {"weight": numbers(rows, 2), "indices": indices, "grad_output": rng.uniform(0.5, 1.5, (places, 2))}


_TABLE = numbers(4, 3)
EXAMPLES = {"": {"weight": numbers(5, 3), "indices": np.array([[0, 4, 2], [2, 2, 3]]), "padding_idx": 2}}
EDGES: Edges = {
    "three_axes": {"weight": numbers(4, 2), "indices": np.arange(12).reshape(2, 3, 2) % 4},
    "each_row_once": {"weight": _TABLE, "indices": np.array([3, 1, 0, 2])},
    "always_the_same": {"weight": numbers(3, 2), "indices": np.array([1, 1, 1, 1, 1])},
    "rows_that_no_index_names": {"weight": numbers(6, 2), "indices": np.array([5, 0, 5])},
    "one_row": {"weight": numbers(1, 3), "indices": np.array([0, 0])},
    "no_indices": {"weight": numbers(3, 4), "indices": np.zeros(0, np.int64)},
    "padding": {"weight": _TABLE, "indices": np.array([[1, 0, 0], [2, 3, 0]]), "padding_idx": 0},
    "padding_from_the_end": {"weight": _TABLE, "indices": np.array([[1, 0, 3], [2, 3, 3]]), "padding_idx": -1},
    "padding_second_to_last": {"weight": _TABLE, "indices": np.array([1, 2, 2, 3, 0]), "padding_idx": -2},
    "padding_not_there": {"weight": _TABLE, "indices": np.array([1, 2, 2, 3]), "padding_idx": 0},
    "only_padding": {"weight": _TABLE, "indices": np.array([2, 2]), "padding_idx": 2},
    "special_gradients": {
        "weight": numbers(4, 2), "indices": np.array([0, 1, 1, 2, 3]), "padding_idx": 2,
        "grad_output": np.array([[np.nan, 1.0], [np.inf, 2.0], [-np.inf, 3.0], [np.nan, np.inf], [1.0, -np.inf]]),
    },
    "pixel_values": {"weight": Recipe((256, 3)), "indices": Recipe((2, 28, 28), "classes_256"), "padding_idx": 0},
    "long_rows": {"weight": Recipe((7, 513)), "indices": Recipe((11,), "classes_7")},
    "many_rows": {"weight": Recipe((5003, 2)), "indices": Recipe((300,), "classes_5003")},
    "more_than_sixteen_bits_of_rows": {"weight": Recipe((66_001, 1)), "indices": np.array([1, 35_000, 66_000, 65_537, 35_000])},
    "thousands_of_repeats": _repeated(3, 4099),
    "hundreds_of_thousands_of_repeats": _repeated(2, 600_000),
}  # fmt: skip


def _assigned(torch: Any, a: Mapping[str, Any], g: Any, right: Any) -> Any:
    """Each row gets the gradient of its last place only."""
    gradient = torch.zeros_like(a["weight"])
    for place, row in enumerate(a["indices"].reshape(-1).tolist()):
        gradient[row] = g.reshape(-1, g.shape[-1])[place]
    if a["padding_idx"] is not None:
        gradient[a["padding_idx"]] = 0.0
    return {"weight": gradient}


MISTAKES = (
    Mistake("a row that stands in several places gets the gradient of the last one only", backward=_assigned),
    Mistake("the gradient of a row is the mean over its places, not the sum", backward=lambda torch, a, g, right: {
        "weight": right["weight"] / torch.bincount(a["indices"].reshape(-1), minlength=len(a["weight"])).clamp(min=1)[:, None]}),
    gradient_changed("padding_idx is ignored", padding_idx=None),
    gradient_changed("a negative padding_idx is ignored", padding_idx=lambda a: a["padding_idx"] if a["padding_idx"] >= 0 else None),
    gradient_changed("row 0 is always taken for padding", padding_idx=0),
    Mistake("the output for padding_idx is 0", lambda torch, weight, indices, padding_idx: call(
        torch, weight.index_fill(0, torch.tensor(padding_idx % len(weight)), 0.0), indices, padding_idx)),
    changed("the rows are off by one", indices=lambda a: (a["indices"] - 1).clamp(min=0)),
)  # fmt: skip
