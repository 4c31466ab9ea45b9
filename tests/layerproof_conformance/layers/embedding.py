"""What the judge knows about embedding: rows are selected; the gradient of a row is a sum over all its places."""

from collections.abc import Mapping
from typing import Any

import numpy as np

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
    return {
        "weight": sampler.recipe((rows, width)),
        "indices": Recipe(shape, f"classes_{rows}", sampler.layout()),
    }


def call(torch: Any, weight: Any, indices: Any, padding_idx: Any) -> Any:
    """The indices come first there."""
    return torch.nn.functional.embedding(indices, weight, padding_idx)


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


def _repeated(rows: int, places: int) -> dict[str, Any]:
    """Few rows in many places; all gradients are positive, so that no sum is small by chance."""
    rng = np.random.default_rng(rows)
    indices = rng.integers(0, rows, places)
    return {"weight": _numbers(rows, 2), "indices": indices, "grad_output": rng.uniform(0.5, 1.5, (places, 2))}


EDGES: dict[str, Any] = {
    "one_index": lambda: {"weight": _numbers(3, 4), "indices": np.array([2])},
    "more_than_sixteen_bits_of_rows": lambda: {
        "weight": Recipe((66_001, 1)), "indices": np.array([1, 35_000, 66_000, 65_537, 35_000]),
    },
    "scalar_index": lambda: {"weight": _numbers(3, 4), "indices": np.array(1)},
    "table": lambda: {"weight": _numbers(5, 3), "indices": np.array([[0, 4, 2], [2, 2, 3]])},
    "three_axes": lambda: {"weight": _numbers(4, 2), "indices": np.arange(12).reshape(2, 3, 2) % 4},
    "each_row_once": lambda: {"weight": _numbers(4, 3), "indices": np.array([3, 1, 0, 2])},
    "always_the_same": lambda: {"weight": _numbers(3, 2), "indices": np.array([1, 1, 1, 1, 1])},
    "rows_that_no_index_names": lambda: {"weight": _numbers(6, 2), "indices": np.array([5, 0, 5])},
    "one_row": lambda: {"weight": _numbers(1, 3), "indices": np.array([0, 0])},
    "no_indices": lambda: {"weight": _numbers(3, 4), "indices": np.zeros(0, np.int64)},
    "no_samples": lambda: {"weight": _numbers(3, 4), "indices": np.zeros((0, 2), np.int64)},
    "padding": lambda: {"weight": _numbers(4, 3), "indices": np.array([[1, 0, 0], [2, 3, 0]]), "padding_idx": 0},
    "padding_from_the_end": lambda: {
        "weight": _numbers(4, 3), "indices": np.array([[1, 0, 3], [2, 3, 3]]), "padding_idx": -1,
    },
    "padding_second_to_last": lambda: {
        "weight": _numbers(4, 3), "indices": np.array([1, 2, 2, 3, 0]), "padding_idx": -2,
    },
    "padding_not_there": lambda: {"weight": _numbers(4, 3), "indices": np.array([1, 2, 2, 3]), "padding_idx": 0},
    "only_padding": lambda: {"weight": _numbers(4, 3), "indices": np.array([2, 2]), "padding_idx": 2},
    "special_rows": lambda: {
        "weight": np.array([[np.nan, np.inf, -0.0], [-np.inf, 1.0, 0.0], [1e-45, 2.0, 3.0]]),
        "indices": np.array([0, 1, 2, 0]), "padding_idx": 0,
    },
    "special_gradients": lambda: {
        "weight": _numbers(4, 2), "indices": np.array([0, 1, 1, 2, 3]), "padding_idx": 2,
        "grad_output": np.array([[np.nan, 1.0], [np.inf, 2.0], [-np.inf, 3.0], [np.nan, np.inf], [1.0, -np.inf]]),
    },
    "pixel_values": lambda: {
        "weight": Recipe((256, 3)), "indices": Recipe((2, 28, 28), "classes_256"), "padding_idx": 0,
    },
    "long_rows": lambda: {"weight": Recipe((7, 513)), "indices": Recipe((11,), "classes_7")},
    "many_rows": lambda: {"weight": Recipe((5003, 2)), "indices": Recipe((300,), "classes_5003")},
    "thousands_of_repeats": lambda: _repeated(3, 4099),
    "hundreds_of_thousands_of_repeats": lambda: _repeated(2, 600_000),
}  # fmt: skip


def _gradient(torch: Any, a: Mapping[str, Any], g: Any, **changed: Any) -> dict[str, Any]:
    given = {name: a[name] for name in ("weight", "indices", "padding_idx")} | changed
    return {"weight": torch.autograd.grad(call(torch, **given), a["weight"], g)[0]}


def _assigned(torch: Any, a: Mapping[str, Any], g: Any) -> Any:
    """Each row gets the gradient of its last place only."""
    found = torch.zeros_like(a["weight"])
    for place, row in enumerate(a["indices"].reshape(-1).tolist()):
        found[row] = g.reshape(-1, g.shape[-1])[place]
    return found if a["padding_idx"] is None else found.index_fill(0, torch.tensor(a["padding_idx"] % len(found)), 0.0)


def _counts(torch: Any, a: Mapping[str, Any]) -> Any:
    counts = torch.bincount(a["indices"].reshape(-1), minlength=len(a["weight"]))
    return counts.clamp(min=1)[:, None]


def _cleared(torch: Any, weight: Any, indices: Any, padding_idx: Any) -> Any:
    rows = torch.tensor(padding_idx % len(weight))
    return call(torch, weight.index_fill(0, rows, 0.0), indices, padding_idx)


MISTAKES = (
    Mistake(
        "a row that stands in several places gets the gradient of the last one only",
        backward=lambda torch, a, g, right: {"weight": _assigned(torch, a, g)},
    ),
    Mistake(
        "the gradient of a row is the mean over its places, not the sum",
        backward=lambda torch, a, g, right: {"weight": right["weight"] / _counts(torch, a)},
    ),
    Mistake(
        "padding_idx is ignored: its row gets a gradient",
        backward=lambda torch, a, g, right: _gradient(torch, a, g, padding_idx=None),
    ),
    Mistake(
        "a negative padding_idx is ignored",
        backward=lambda torch, a, g, right: _gradient(
            torch, a, g, padding_idx=a["padding_idx"] if a["padding_idx"] >= 0 else None
        ),
    ),
    Mistake(
        "row 0 is always taken for padding", backward=lambda torch, a, g, right: _gradient(torch, a, g, padding_idx=0)
    ),
    Mistake("the output for padding_idx is 0", forward=_cleared),
    Mistake(
        "the rows are off by one",
        forward=lambda torch, weight, indices, padding_idx: call(
            torch, weight, (indices - 1).clamp(min=0), padding_idx
        ),
    ),
)
