"""Attention, traced: the textbook algorithm through scores, softmax and both products, with its rounding errors.

The scores have the root of the scale in both factors, which rounds most often. They count relative to the largest one of the row, which is
therefore free of error: softmax does not change when all scores do. It errs as in all ways to compute it: shifted and divided (also at
the end, as in online softmax), or as the exponential of scores minus their log-sum; a backward may compute other scores again.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from layerproof_conformance.layers.softmax import with_logarithm
from layerproof_conformance.oracle.bounds import OVERFLOW_ROOM, RUNNING_ERROR
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue


def scale_of(arguments: Mapping[str, Any]) -> float:
    """The scale, with its default."""
    scale = arguments["scale"]
    return 1 / math.sqrt(max(arguments["query"].shape[-1], 1)) if scale is None else float(scale)


def possibly_zero_weights(arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    """The weights of what is allowed that may be 0 in the dtype, though they are not: in a forward, in a backward."""
    limits = np.finfo(arguments["query"].dtype)
    arithmetic = Arithmetic.of(limits.dtype)
    with np.errstate(all="ignore"):
        scores = _scores(arithmetic, arguments)
        forward, backward = (
            (scores.value > -np.inf) & ~(weights.value - RUNNING_ERROR * weights.error > float(limits.smallest_normal))
            for weights in _weights(scores)[:2]
        )
    return forward, backward


def oracle_fits(arguments: Mapping[str, Any], grad_output: Any) -> tuple[bool, bool]:
    """Whether float64 holds the products of three arrays on the way to the gradients of query and of key."""
    sizes = {name: _largest_finite(arguments[name]) for name in ("query", "key", "value")}
    grad_scores = 2 * grad_output.shape[-1] * _largest_finite(grad_output) * sizes["value"]
    room = float(np.finfo(np.float64).max) / OVERFLOW_ROOM / max(1.0, abs(scale_of(arguments)))
    terms = {name: max(1, arguments[name].shape[-2]) for name in ("key", "query")}
    return grad_scores * sizes["key"] * terms["key"] < room, grad_scores * sizes["query"] * terms["query"] < room


def _largest_finite(values: Any) -> float:
    return float(np.max(np.abs(values), where=np.isfinite(values), initial=0.0))


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, TracedValue]:
    """The output and the three gradients."""
    value, gradient = arithmetic.exact(arguments["value"]), arithmetic.exact(grad_output)
    weights, again, powers = _weights(_scores(arithmetic, arguments))
    output = weights @ value
    # an algorithm that divides last adds up the values by these powers
    undivided = powers @ np.abs(value.value)
    grad_weights = gradient @ value.transposed
    total = _with_largest_error([terms.sum(-1, keepdims=True) for terms in (again * grad_weights, gradient * output)])
    grad_scores = _with_largest_error([again * (grad_weights - total), again * grad_weights - again * total])
    query, key, factor = _factors(arithmetic, arguments)
    by_query, by_key = grad_scores @ key, grad_scores.transposed @ query
    # the scale may come last: what overflows before stays infinite, or becomes NaN with a scale of 0
    unscaled_query = (grad_scores @ arithmetic.exact(arguments["key"])).magnitude
    unscaled_key = (grad_scores.transposed @ arithmetic.exact(arguments["query"])).magnitude
    return {
        "output": _passing(output, undivided),
        "grad_query": _passing(by_query * factor, unscaled_query),
        "grad_key": _passing(by_key * factor, unscaled_key),
        "grad_value": again.transposed @ gradient,
    }


def _factors(arithmetic: Arithmetic, arguments: Mapping[str, Any]) -> tuple[TracedValue, TracedValue, TracedValue]:
    """Query and key, each times the root of the scale, and that root with the sign of the scale."""
    scale = scale_of(arguments)
    root = arithmetic.rounded(np.sqrt(np.abs(scale)), np.zeros(()), np.zeros(()), 2.0)
    query, key = (arithmetic.exact(arguments[name]) * root for name in ("query", "key"))
    return query, key, root * np.sign(scale)


def _scores(arithmetic: Arithmetic, arguments: Mapping[str, Any]) -> TracedValue:
    """The products of query and key, and what the mask adds to them."""
    query, key, _ = _factors(arithmetic, arguments)
    mask = arguments["attn_mask"]
    added: Any = 0.0
    if arguments["is_causal"]:
        mask = np.tri(arguments["query"].shape[-2], arguments["key"].shape[-2], dtype=bool)
    if mask is not None:
        added = np.where(mask, 0.0, -np.inf) if mask.dtype == bool else mask.astype(np.float64)
    scores: TracedValue = (-query if scale_of(arguments) < 0 else query) @ key.transposed + added
    return scores


def _weights(scores: TracedValue) -> tuple[TracedValue, TracedValue, Any]:
    """Softmax along the keys as a forward and as a backward has it, and its powers before the division."""
    keys = scores.value.shape[-1]
    if not keys:
        return scores, scores, scores.value
    arithmetic, none = scores.arithmetic, np.zeros_like(scores.value)
    first = np.argmax(scores.value, axis=-1)[..., None]
    top, top_error = (np.take_along_axis(part, first, axis=-1) for part in (scores.value, scores.error))
    both = scores.error + top_error
    error = np.where(np.arange(keys) == first, 0.0, both)
    shifted = arithmetic.rounded(scores.value - top, error, none)
    powers = shifted.exp()
    total = powers.sum(-1, keepdims=True)
    log_total = total.log()
    log_sum = replace(with_logarithm(arithmetic.exact(top), log_total), magnitude=none)
    minus_log_sum = [TracedValue(arithmetic, scores.value, kind, none) - log_sum for kind in (error, both)]
    kinds = [powers / total, (shifted - log_total).exp(), minus_log_sum[0].exp()]
    allowed = top > -np.inf
    kinds = [_flushed(kind, scores.value > -np.inf) for kind in (*kinds, minus_log_sum[1].exp())]
    forward, backward = (_with_largest_error(ways).where(allowed, 0.0) for ways in (kinds[:-1], kinds))
    return forward, backward, np.where(allowed, powers.value, 0.0)


def _flushed(weights: TracedValue, allowed: Any) -> TracedValue:
    """An exponential below the normal numbers may be 0: vector libraries, PyTorch's too, have no subnormal ones."""
    normal = weights.arithmetic.smallest_subnormal / (2 * weights.arithmetic.unit)
    return replace(weights, error=weights.error + np.where(allowed & (weights.value < 2 * normal), normal, 0.0))


def _passing(result: TracedValue, magnitude: Any) -> TracedValue:
    """A result on the way to which an algorithm may meet larger numbers."""
    return replace(result, magnitude=np.maximum(result.magnitude, magnitude))


def _with_largest_error(kinds: Sequence[TracedValue]) -> TracedValue:
    """One value, computed in several ways, with the largest error among them; what is far off may overflow."""
    error, magnitude = (np.max([getattr(kind, part) for kind in kinds], axis=0) for part in ("error", "magnitude"))
    return replace(kinds[0], error=error, magnitude=magnitude + error)
