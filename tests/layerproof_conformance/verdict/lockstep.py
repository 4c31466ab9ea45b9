"""Judge single calls of a layer as they happen in a training run, and keep one for `layerproof check --case`.

The trainer finds this module by the entry point ``lockstep`` of the group ``layerproof.judge``, so that neither
imports the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.cases.saved_call import save_call
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.oracle.comparison import Agreement, Finding
from layerproof_conformance.types.inputs import CaseInputs

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
    layer_judge = find_layer_judge(layer)
    contract = layer_judge.layer
    given = np.zeros_like(outputs[0]) if grad_output is None else grad_output
    results = dict(zip(contract.outputs, outputs, strict=True))
    if grad_output is not None:
        results |= contract.needed_gradients(gradients, needs_input_grad)
    ordered = {name: arguments[name] for name in contract.arguments}
    inputs = layer_judge.with_decisions(CaseInputs(layer, ordered, given), results)
    outcomes = layer_judge.expect(inputs, np.asarray(outputs[0]).dtype.name).compare("lockstep", results)
    wrong = tuple((one.result, one.message) for one in outcomes if isinstance(one, Finding))
    return Judgement(wrong, max((one.ratio for one in outcomes if isinstance(one, Agreement)), default=0.0))
