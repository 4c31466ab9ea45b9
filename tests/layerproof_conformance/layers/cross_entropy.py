"""What the judge knows about cross_entropy: the textbook algorithm over a log-softmax, traced with its rounding errors."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.layers._smooth import exp_in
from layerproof_conformance.layers.softmax import probabilities, vanishes, with_logarithm
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "ignore_index": (-100, 0, 2, -1), "reduction": ("mean", "sum", "none"), "label_smoothing": (0.0, 0.1, 0.5, 1.0),
}  # fmt: skip


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    """The loss of each row from its log-softmax; its gradient with the factors in any order."""
    logits = arithmetic.exact(arguments["logits"])
    rows, classes = arguments["logits"].shape
    target = np.where(arguments["target"] == arguments["ignore_index"], 0, arguments["target"])
    counts = (arguments["target"] != arguments["ignore_index"]).astype(float)
    given = np.ones(classes) if arguments["weight"] is None else arguments["weight"]
    weight, row_weight = arithmetic.exact(given), arithmetic.exact(given[target] * counts)
    smoothing = arguments["label_smoothing"]
    shifted = logits - logits.max(1, keepdims=True)
    total = shifted.exp().sum(1, keepdims=True)
    divisor = row_weight.sum(0) if arguments["reduction"] == "mean" else arithmetic.exact(1.0)
    scale = arithmetic.exact(np.broadcast_to(grad_output, (rows,)) * counts) / divisor
    is_target = arithmetic.exact((np.arange(classes) == target[:, None]).astype(float))
    outputs, gradients = [], []
    for log_p in (shifted - total.log(), logits - with_logarithm(logits.max(1, keepdims=True), total.log())):
        loss = -((1 - smoothing) * row_weight * log_p[np.arange(rows), target])
        if smoothing:
            loss = loss - (smoothing / classes) * (weight * log_p).sum(1)
        loss = loss.where(counts > 0, 0.0)
        outputs.append(loss if arguments["reduction"] == "none" else loss.sum(0) / divisor)
    column, weight_column = scale.reshape((-1, 1)), row_weight.reshape((-1, 1))
    by_row, spread = weight_column * (1 - smoothing), (smoothing / classes) * weight
    for p in probabilities(logits, 1):
        pull = p * (by_row + spread.sum(0)) - by_row * is_target - spread
        in_two_parts = p * by_row - by_row * is_target + (p * spread.sum(0) - spread)
        # grad_output first, then the sum; before or after the weights, which differs where it is subnormal
        at_last = (by_row * is_target + spread) * column
        at_first = column * (1 - smoothing) * weight_column * is_target.value
        at_first = at_first + column * (smoothing / classes) * weight
        kinds = [p * pulled.sum(1, keepdims=True) - pulled for pulled in (at_last, at_first)]
        kinds += [pull * column, in_two_parts * column]
        gradients += [kind.where(np.broadcast_to(counts[:, None] > 0, logits.value.shape), 0.0) for kind in kinds]
    return {"output": outputs, "grad_logits": gradients}


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """A few rows and a few or many classes; some targets are ignored."""
    classes = sampler.one_of((3, 4, 5, 1, 2, 10, 17, 129))
    rows = sampler.batch(9)
    ignored = sampler.one_of(("", f"_{attributes['ignore_index']}"))
    weights = ("positive", "ones", "sparse", "mnist")
    return {
        "logits": sampler.recipe((rows, classes)),
        "target": Recipe((rows,), f"classes_{classes}{ignored}", sampler.layout()),
        "weight": sampler.one_of((None, sampler.recipe((classes,), sampler.one_of(weights)))),
    }


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but some gradients and losses.

    The gradients of ignored rows that are not finite, whose NaN PyTorch multiplies by 0, and of rows where an infinite grad_output meets
    a probability that is 0 in one dtype only; the loss where a label_smoothing of 1 leaves a share of 0 to a target whose logit is -inf:
    PyTorch multiplies the two, an algorithm that adds the shares first does not.
    """
    logits, target = arguments["logits"], arguments["target"]
    counted = target != arguments["ignore_index"]
    odd = ~counted & ~np.isfinite(logits).all(1)
    odd |= ~np.isfinite(np.broadcast_to(grad_output, odd.shape)) & vanishes(logits, 1)[:, 0]
    masks: dict[str, Any] = {"grad_logits": np.broadcast_to(~odd[:, None], logits.shape)} if odd.any() else {}
    lost = counted & np.isneginf(logits[np.arange(len(target)), np.where(counted, target, 0)])
    if arguments["label_smoothing"] == 1 and lost.any():
        masks["output"] = ~lost if arguments["reduction"] == "none" else np.array(False)
    return masks


def call(torch: Any, logits: Any, target: Any, **rest: Any) -> Any:
    """The first argument is called input there."""
    return torch.nn.functional.cross_entropy(logits, target, **rest)


_EXAMPLE = {"logits": numbers(4, 3), "target": np.array([0, 2, 1, 2]), "weight": np.array([0.5, 2.0, 7.0])}
_PLAIN = {**_EXAMPLE, "weight": None}
EXAMPLES = {"": {**_EXAMPLE, "label_smoothing": 0.2}}
EDGES: Edges = {
    "one_class": {"logits": numbers(3, 1), "target": np.array([0, 0, 0])},
    "one_class_special": {"logits": np.array([[np.nan], [np.inf], [-np.inf], [1.0]]), "target": np.zeros(4, np.int64), "reduction": "none"},
    "square_none": {"logits": numbers(3, 3), "target": np.array([0, 1, 1]), "reduction": "none"},
    "same_target_twice": {"logits": numbers(3, 2), "target": np.array([1, 1, 1])},
    "some_ignored": {**_PLAIN, "target": np.array([2, -100, 1, -100])},
    "ignored_class": {**_PLAIN, "ignore_index": 2},
    "all_ignored": {**_PLAIN, "target": np.full(4, -100)},
    "all_ignored_sum": {**_PLAIN, "target": np.full(4, -100), "reduction": "sum"},
    "weights": _EXAMPLE,
    "weight_zero": {**_PLAIN, "weight": np.array([0.5, 2.0, 0.0])},
    "weights_ignored_and_smoothing": {**_EXAMPLE, "target": np.array([2, 1, -100, 0]), "label_smoothing": 0.3},
    "smoothing_of_all": {**_PLAIN, "label_smoothing": 1.0},
    "sure_and_right": {"logits": np.array([[60.0, 0.0, 0.0], [0.0, 12.0, 0.0]]), "target": np.array([0, 1])},
    "sure_and_wrong": {"logits": np.array([[1000.0, 0.0, -1000.0]]), "target": np.array([2])},
    "large_logits": {"logits": np.array([[1e4, 1e4 + 1.0], [-1e4, -1e4 - 2.0]]), "target": np.array([0, 1])},
    "minus_infinity": {"logits": np.array([[0.0, -np.inf, 1.0], [-np.inf, 0.0, 2.0]]), "target": np.array([0, 2])},
    "minus_infinity_at_target": {"logits": np.array([[0.0, -np.inf, 1.0]]), "target": np.array([1])},
    "largest_at_the_end": {"logits": np.linspace(0, 300, 2 * 131).reshape(131, 2).T, "target": np.array([0, 130]), "reduction": "none"},
    "large_batch": {"logits": Recipe((2049, 4)), "target": Recipe((2049,), "classes_4")},
    "many_classes": {"logits": Recipe((3, 10_007)), "target": Recipe((3,), "classes_10007")},
}  # fmt: skip


def _sum(torch: Any, a: Any) -> Any:
    """The losses added up, where their mean is asked for."""
    assert a["reduction"] == "mean"
    return call(torch, **{**a, "reduction": "sum"})


def _nll(torch: Any, a: Any, log_probabilities: Any) -> Any:
    rest = {name: a[name] for name in ("weight", "ignore_index", "reduction")}
    return torch.nn.functional.nll_loss(log_probabilities, a["target"], **rest)


def _overflowing(torch: Any, given_dtype: str, **a: Any) -> Any:
    assert not a["label_smoothing"]
    total = exp_in(torch, a["logits"], given_dtype).sum(1, keepdim=True)
    return _nll(torch, a, a["logits"] - torch.log(total))


MISTAKES = (
    Mistake("the mean divides by all rows, also those ignored or weighted", lambda torch, **a: _sum(torch, a) / len(a["target"])),
    Mistake("the mean divides by the number of all rows, also those ignored", lambda torch, **a: (
        call(torch, **a) if a["weight"] is not None else _sum(torch, a) / len(a["target"]))),
    Mistake("the mean divides by the number of rows, not by their weights", lambda torch, **a: (_sum(torch, a) / (a["target"] != a["ignore_index"]).sum())),
    Mistake("exp(logits) overflows, without the maximum subtracted", _overflowing),
    changed("ignore_index is ignored", ignore_index=-1234),
    Mistake("the logits are taken for probabilities", lambda torch, **a: _nll(torch, a, torch.log(a["logits"]))),
    Mistake("the logits are taken for log-probabilities", lambda torch, **a: _nll(torch, a, a["logits"])),
    Mistake("grad_logits is softmax, without the target subtracted", backward=lambda torch, a, g, right: {
        "logits": g * torch.softmax(a["logits"], 1) / (len(a["target"]) if a["reduction"] == "mean" else 1)}),
)  # fmt: skip
