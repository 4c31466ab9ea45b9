"""What the judge knows about attention: the textbook algorithm, traced with its rounding errors."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import numpy as np

from layerproof_conformance.layers._attention import oracle_fits, possibly_zero_weights, scale_of
from layerproof_conformance.layers._attention import trace as trace
from layerproof_conformance.layers._examples import Edges, numbers, ramp, with_value_at
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.oracle.bounds import OVERFLOW_ROOM
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler
from layerproof_conformance.types.value_profiles import FLOAT_PROFILES

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"is_causal": (False, True), "scale": (None, 1.0, 0.3, 0.0, -0.7, 2.5)}
# rows in which a product of query and key is not finite are not judged
TAME = tuple(profile for profile in FLOAT_PROFILES if profile not in ("huge", "special"))


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Any leading axes; at most one direction is large; masks of every shape that broadcasts."""
    large = sampler.one_of(("none", "none", "queries", "keys", "width", "values", "batch"))
    empty = sampler.one_of((*["none"] * 20, "queries", "keys", "width", "values", "batch"))

    def size(name: str, high: int, small: tuple[int, ...]) -> int:
        if name == empty:
            return 0
        return sampler.length(9, high) if name == large else sampler.one_of(small)

    queries, keys = size("queries", 65, (2, 3, 1, 4, 5, 7)), size("keys", 130, (3, 2, 1, 4, 5, 7))
    width = size("width", 130, (1, 2, 3, 4, 8))
    values = sampler.one_of((width, size("values", 130, (1, 2, 3, 4, 5))))  # some kernels need equal widths
    batch = size("batch", 33, (1, 2, 3))
    leading = sampler.one_of(((), (batch,), (batch, 2), (2, batch, 2)))
    kind = "none" if attributes["is_causal"] else sampler.one_of(("none", "mask", "added"))
    scores = (*leading, queries, keys)
    axes = sampler.integer(2 if len(scores) == 4 else 0, len(scores))
    mask = [sampler.one_of((length, length, 1)) for length in scores[len(scores) - axes :]]
    return {
        "query": sampler.recipe((*leading, queries, width), sampler.values(TAME)),
        "key": sampler.recipe((*leading, keys, width), sampler.values(TAME)),
        "value": sampler.recipe((*leading, keys, values)),
        "attn_mask": None if kind == "none" else sampler.recipe(mask, kind),
    }


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but rows with a product of query and key that is not finite, by overflow too, and the gradients they reach.

    Nor what an infinite grad_output makes of the gradients of query and key (the sum of weights * grad_weights equals that of grad_output *
    output, but one is NaN where the other is infinite), what an infinity makes of a weight that may be 0 in the dtype, and gradients beyond
    float64. Without keys PyTorch makes grad_query NaN where the sum of grad_output is not finite; with a scale of 0 it depends on the way.
    """
    query, key = (np.abs(arguments[name].astype(np.float64)) for name in ("query", "key"))
    limit = float(np.finfo(arguments["query"].dtype).max) / OVERFLOW_ROOM
    products = query @ np.swapaxes(key, -1, -2) * max(1.0, abs(scale_of(arguments)))
    fine = (products < limit).all(-1)[..., None]
    tame = fine & ~np.isinf(grad_output).any(-1, keepdims=True)
    output, grad_value = fine, fine.all(-2, keepdims=True)
    if np.isinf(grad_output).any() or np.isinf(arguments["value"]).any():
        forward, backward = possibly_zero_weights(arguments)
        infinite = np.isinf(arguments["value"])
        output = fine & ~(forward @ infinite)
        # one infinite value makes the sum of its row infinite, which then meets every weight of the row
        tame = tame & ~(backward.any(-1, keepdims=True) & infinite.any((-2, -1), keepdims=True))
        grad_value = grad_value & ~(np.swapaxes(backward, -1, -2) @ np.isinf(grad_output))
    finite = np.isfinite(grad_output).all() and np.isfinite(arguments["value"]).all()
    fits_query, fits_key = oracle_fits(arguments, grad_output) if finite or scale_of(arguments) else (False, False)
    if not key.shape[-2]:
        fits_query = bool(np.abs(grad_output.astype(np.float64)).sum() < limit)
    grad_key = tame.all(-2, keepdims=True) & fits_key
    masks = {"output": output, "grad_query": tame & fits_query, "grad_key": grad_key, "grad_value": grad_value}
    if all(mask.all() for mask in masks.values()):
        return {}
    shapes = {"output": grad_output.shape}
    shapes |= {f"grad_{name}": arguments[name].shape for name in ("query", "key", "value")}
    return {name: np.broadcast_to(masks[name], shape) for name, shape in shapes.items()}


def call(torch: Any, query: Any, key: Any, value: Any, attn_mask: Any, is_causal: bool, scale: Any) -> Any:
    """The one of PyTorch's ways that computes the scores; another has zeros where a query is NaN.

    A row with nothing allowed is computed with everything allowed, and multiplied by 0: PyTorch 2.4 has NaN for it.
    """
    has_keys = None
    if attn_mask is not None:
        allowed = attn_mask if attn_mask.dtype == torch.bool else attn_mask != -np.inf
        has_keys = allowed.any(-1, keepdim=True) if attn_mask.ndim else allowed
        attn_mask = torch.where(has_keys, attn_mask, torch.ones_like(attn_mask))
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        output = torch.nn.functional.scaled_dot_product_attention(
            query, key, value, attn_mask=attn_mask, is_causal=is_causal, scale=scale
        )
    return output if has_keys is None else output * has_keys


def _edge(
    queries: int, keys: int, *, leading: tuple[int, ...] = (2,), width: int = 4, values: int = 3, **rest: Any
) -> Any:
    arrays = {
        "query": numbers(*leading, queries, width),
        "key": numbers(*leading, keys, width) + 0.1,
        "value": numbers(*leading, keys, values) - 0.2,
    }
    return {**arrays, **rest}


_ALLOWED = np.array([[True, False, True, True], [False, False, False, False], [False, True, False, False]])
_BIAS = np.where(_ALLOWED, ramp(3, 4) / 3 - 1, -np.inf)
_LOWEST = float(np.finfo(np.float32).min)
_BY_QUERY = np.array([[True], [False], [True]])
EXAMPLES = {"": _edge(3, 4, attn_mask=_BIAS, scale=0.3)}
EDGES: Edges = {
    "square": _edge(3, 3, values=4),
    "more_keys": _edge(2, 5),
    "more_queries": _edge(5, 2),
    "three_leading_axes": _edge(3, 4, leading=(2, 1, 2)),
    "negative_scale": _edge(3, 4, scale=-1.5),
    "scale_zero": _edge(3, 4, scale=0.0),
    "width_zero": _edge(3, 4, width=0),
    "values_of_width_zero": _edge(3, 4, values=0),
    "causal": _edge(4, 4, is_causal=True),
    "causal_with_more_keys": _edge(3, 6, is_causal=True),
    "causal_with_more_queries": _edge(6, 3, is_causal=True),
    "causal_heads_of_negative_scale": _edge(4, 4, leading=(2, 2), values=4, is_causal=True, scale=-0.7),
    "causal_heads_of_scale_zero": _edge(4, 5, leading=(2, 2), values=4, is_causal=True, scale=0.0),
    "causal_heads": _edge(5, 5, leading=(2, 2), is_causal=True, scale=0.5),
    "bool_mask": _edge(3, 4, attn_mask=_ALLOWED),
    "bool_mask_for_heads": _edge(3, 4, leading=(2, 2), values=4, attn_mask=np.stack([_ALLOWED, ~_ALLOWED])[:, None]),
    "bool_mask_by_query": _edge(3, 4, attn_mask=_BY_QUERY),
    "bool_mask_by_key": _edge(3, 4, attn_mask=np.array([True, False, True, False])),
    "bool_mask_by_query_of_a_square": _edge(3, 3, attn_mask=_BY_QUERY),
    "bool_mask_of_one": _edge(3, 4, attn_mask=np.array(True)),
    "nothing_allowed": _edge(3, 4, attn_mask=np.zeros((3, 4), bool)),
    "everything_allowed": _edge(3, 4, attn_mask=np.ones((1, 4), bool)),
    "float_mask_by_query_of_a_square": _edge(3, 3, attn_mask=np.array([[0.0], [-np.inf], [1.0]])),
    "float_mask_of_full_size": _edge(3, 4, attn_mask=np.stack([_BIAS, _BIAS - 1])),
    "float_mask_without_leading_axes": _edge(3, 4, leading=(), attn_mask=numbers(3, 4)),
    "float_mask_for_heads": _edge(3, 4, leading=(2, 2), values=4, attn_mask=np.stack([_BIAS, _BIAS + 1])),
    "float_mask_of_one": _edge(3, 4, attn_mask=np.array(0.5)),
    "float_mask_of_large_negative_numbers": _edge(3, 4, attn_mask=np.where(_ALLOWED, 0.0, -1e9)),
    "float_mask_with_nan_and_inf": _edge(3, 4, attn_mask=np.array([[0.0, np.nan, 1, 2], [0, np.inf, 1, 2], [0, 1, 2, 3]])),
    "lowest_number_for_the_only_key": _edge(3, 4, attn_mask=np.where(np.arange(4) == np.arange(3)[:, None], _LOWEST, -np.inf)),
    # hardly any rounding before the exponentials, so that theirs show
    "scores_from_the_mask": _edge(7, 9, scale=0.001, attn_mask=numbers(7, 9)),
    "no_keys": _edge(3, 0),
    "no_queries": _edge(0, 3),
    "nan_in_a_key": {**_edge(4, 3), "key": with_value_at(numbers(2, 3, 4), 6, np.nan), "is_causal": True},
    "nan_in_a_value": {**_edge(3, 3, values=4), "value": with_value_at(numbers(2, 3, 4), 6, np.nan), "attn_mask": _ALLOWED[:, :3]},
    "inf_in_a_value": {**_edge(3, 3, values=4), "value": with_value_at(np.ones((2, 3, 4)), 6, np.inf), "is_causal": True},
    "special_gradient": {
        **_edge(3, 4), "attn_mask": _ALLOWED,
        "grad_output": np.array([[[np.nan, 1, 2], [3, 4, 5], [6, 7, 8]], [[1, 2, 3], [4, np.inf, 5], [6, 7, 8]]]),
    },
    "one_key_is_far_ahead": {**_edge(3, 4), "query": 40 * numbers(2, 3, 4), "scale": 5.0},
    "large_scores_close_together": {**_edge(3, 5), "query": 300 + numbers(2, 3, 4), "scale": 1.0},
    "large_scores_that_cancel": {
        "query": 1e4 * np.array([[1.0, 1.0], [1.0, -1.0]]), "key": np.array([[1.0, -1.0], [2.0, -2.0], [3.0, -3.0]]),
        "value": numbers(3, 2), "scale": 1.0,
    },
    "values_almost_equal": {**_edge(3, 5), "value": 300 + numbers(2, 5, 3)},
    "small_weights": {"query": np.ones((1, 1)), "key": np.array([[0.0], [-20.0], [-40.0], [-60.0], [-80.0]]), "value": np.eye(5), "scale": 1.0},
    "long_rows": {"query": Recipe((2, 2, 8)), "key": Recipe((2, 4099, 8)), "value": Recipe((2, 4099, 2), "positive")},
    "many_queries": {"query": Recipe((2, 4099, 2)), "key": Recipe((2, 3, 2)), "value": Recipe((2, 3, 2)), "is_causal": True},
}  # fmt: skip


def _scores(torch: Any, a: Mapping[str, Any], forbidden: float = -np.inf) -> Any:
    """The scores, to which the masks are added."""
    scores = scale_of(a) * (a["query"] @ a["key"].transpose(-1, -2))
    mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril() if a["is_causal"] else a["attn_mask"]
    if mask is None:
        return scores
    return scores + (torch.where(mask, 0.0, forbidden) if mask.dtype == torch.bool else mask.clamp(min=forbidden))


def _without_scale(a: Mapping[str, Any]) -> bool:
    return a["scale"] is None


def _with_bool(a: Mapping[str, Any]) -> bool:
    return bool(a["attn_mask"].dtype == a["attn_mask"].bool().dtype)


def _causal_mask(a: Mapping[str, Any], shift: int) -> Any:
    return a["query"].new_ones(a["query"].shape[-2], a["key"].shape[-2]).bool().tril(shift)


def _unscaled(torch: Any, a: Mapping[str, Any], g: Any, share: float = 1.0) -> dict[str, Any]:
    """The gradients of query and key without the scale; ``share`` of the term that normalises the softmax."""
    weights = torch.softmax(_scores(torch, a), -1).nan_to_num()
    grad_weights = g @ a["value"].transpose(-1, -2)
    grad_scores = weights * (grad_weights - share * (weights * grad_weights).sum(-1, keepdim=True))
    return {"query": grad_scores @ a["key"], "key": grad_scores.transpose(-1, -2) @ a["query"]}


MISTAKES = (
    changed("the scores are not scaled", scale=1.0),
    changed("the scores are divided by E, not by its root", where=_without_scale, scale=lambda a: 1 / a["query"].shape[-1]),
    changed("the default scale is of the width of value", where=_without_scale, scale=lambda a: a["value"].shape[-1] ** -0.5),
    changed("the causal mask is aligned to the last query and key, where L and S differ", where=itemgetter("is_causal"),
            attn_mask=lambda a: _causal_mask(a, a["key"].shape[-2] - a["query"].shape[-2]), is_causal=False),
    changed("the causal mask leaves out the query's own position", where=itemgetter("is_causal"), attn_mask=lambda a: _causal_mask(a, -1), is_causal=False),
    changed("a bool attn_mask forbids where it is True", where=_with_bool, attn_mask=lambda a: ~a["attn_mask"]),
    changed("a bool attn_mask is added as 0 and 1", where=_with_bool, attn_mask=lambda a: a["attn_mask"].double()),
    Mistake("softmax runs over the queries", lambda torch, **a: torch.softmax(_scores(torch, a), -2) @ a["value"]),
    Mistake("there is no softmax", lambda torch, **a: _scores(torch, a) @ a["value"]),
    Mistake("a row with nothing allowed gives NaN", lambda torch, **a: torch.softmax(_scores(torch, a), -1) @ a["value"]),
    Mistake("a row with nothing allowed attends to all keys alike (a large negative number for -inf)",
            lambda torch, **a: torch.softmax(_scores(torch, a, -1e30), -1) @ a["value"]),
    Mistake("the gradient of softmax lacks its sum", backward=lambda torch, a, g, right: {
        name: scale_of(a) * value for name, value in _unscaled(torch, a, g, share=0.0).items()}),
    Mistake("grad_query lacks the scale", backward=lambda torch, a, g, right: {"query": _unscaled(torch, a, g)["query"]}),
    Mistake("grad_key lacks the scale", backward=lambda torch, a, g, right: {"key": _unscaled(torch, a, g)["key"]}),
    Mistake("grad_query and grad_key lack the scale", backward=lambda torch, a, g, right: _unscaled(torch, a, g)),
    Mistake("grad_query and grad_key have the scale twice", backward=lambda torch, a, g, right: {name: right[name] * scale_of(a) for name in ("query", "key")}),
)  # fmt: skip
