"""Judge single calls of a layer as they happen in a training run, and keep one for `layerproof check --case`.

The trainer finds this module by the entry point ``lockstep`` of the group ``layerproof.judge``, so that neither
imports the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import find_layers
from layerproof_conformance.bounds import named
from layerproof_conformance.comparison import Finding, compare
from layerproof_conformance.judge import adapted, expect
from layerproof_conformance.knowledge import knowledge
from layerproof_conformance.problem import Problem
from layerproof_conformance.saved_call import save_call

__all__ = ["Judgement", "judge_call", "save_call"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Judgement:
    """What a call is worth: each result that is wrong with a message, and the largest error of the others in bounds."""

    wrong: tuple[tuple[str, str], ...]
    ratio: float


def judge_call(
    layer: str,
    arguments: Mapping[str, Any],
    outputs: Sequence[Any],
    grad_output: Array | None,
    gradients: Sequence[Any],
    needs_input_grad: Sequence[bool],
) -> Judgement:
    """Compare a forward call, and the backward call that belongs to it, with PyTorch in float64, within the bounds.

    Arguments:
        layer: its name.
        arguments: the forward arguments, as the layer was given them.
        outputs: what forward returned.
        grad_output: what backward was given, or None where there was no backward; then ``gradients`` is empty.
        gradients: what backward returned, one for each differentiable argument; those not needed are not looked at.
        needs_input_grad: which are needed.
    """
    known = knowledge(layer)
    contract = find_layers()[layer]
    given = np.zeros_like(outputs[0]) if grad_output is None else grad_output
    results = dict(zip(contract.outputs, outputs, strict=True))
    if grad_output is not None:
        answered = zip(contract.differentiable, gradients, needs_input_grad, strict=True)
        results |= {f"grad_{name}": value for name, value, needed in answered if needed}
    dtype = np.asarray(outputs[0]).dtype.name
    ordered = {name: arguments[name] for name in contract.arguments}
    right = expect(known, adapted(known, Problem(layer, ordered, given), results), dtype)
    truth, wrong, ratios = named(right.truth), [], [0.0]
    for name, value in results.items():
        if name not in truth:
            continue
        outcome = compare("lockstep", name, value, truth[name], right.allowed[name], dtype, right.judged.get(name))
        if isinstance(outcome, Finding):
            wrong.append((name, outcome.message))
        else:
            ratios.append(outcome.ratio)
    return Judgement(tuple(wrong), max(ratios))
