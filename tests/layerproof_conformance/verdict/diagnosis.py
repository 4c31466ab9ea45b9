"""Name the mistake: find the classic variant of a layer that gives the same wrong answers.

A mistake is named only when its variant explains several failing cases and a good share of them, differs from the
specification on them, and would not have failed where the plugin passed.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from layerproof_conformance.cases.building import build
from layerproof_conformance.layers import LayerJudge, find_layer_judge
from layerproof_conformance.oracle.bounds import OVERFLOW_ROOM
from layerproof_conformance.oracle.comparison import Agreement, compare
from layerproof_conformance.oracle.expectation import Expectation
from layerproof_conformance.oracle.pytorch import Oracle, by_name
from layerproof_conformance.oracle.rounding import unit_roundoff
from layerproof_conformance.types.inputs import CaseInputs, mapped_gradient, named_gradients
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.run_document import Diagnosis
from layerproof_conformance.types.status import Status
from layerproof_conformance.verdict.verdicts import Verdict

EXAMINED = 16
"""Failing and passing cases that a mistake is tried on."""
LARGEST = 3000
"""Elements of the largest case that is examined: larger cases take too long."""
SEVERAL = 2
"""Failing cases that a mistake has to explain."""
SHARE, CLEAR = 0.3, 0.6
"""The share of the examined failing cases that a mistake has to explain, because chance explains some. From the second
share on, one passing case may contradict it: the plugin may have the mistake almost everywhere."""
VARIANT_ROUNDINGS = 32.0
"""Units roundoff that a mistake may add: where the right result is exact, its bound leaves no room for a wrong one."""


def diagnose(layer: str, verdicts: Sequence[Verdict]) -> list[Diagnosis]:
    """The mistakes that explain the failures of a layer, the one that explains most first."""
    layer_judge = find_layer_judge(layer)
    failed = _examined(layer_judge, [v for v in verdicts if v.status is Status.FAILED and v.values])
    if len(failed) < SEVERAL:
        return []
    passed = _examined(layer_judge, [v for v in verdicts if v.status is Status.PASSED])
    diagnoses: list[Diagnosis] = []
    for mistake in layer_judge.mistakes:
        explained = sum(case.explained_by(mistake) for case in failed)
        # the same mistake may be there with another gradient
        already = any(diagnosis.says == mistake.says for diagnosis in diagnoses)
        if already or explained < max(SEVERAL, SHARE * len(failed)):
            continue
        tolerated = 1 if explained >= CLEAR * len(failed) else 0
        if sum(case.contradicts(mistake) for case in passed) <= tolerated:
            diagnoses.append(Diagnosis(mistake.says, explained))
    most = max((diagnosis.cases for diagnosis in diagnoses), default=0)
    likely = (diagnosis for diagnosis in diagnoses if 2 * diagnosis.cases > most)
    return sorted(likely, key=lambda diagnosis: -diagnosis.cases)[:3]


def _examined(layer_judge: LayerJudge, verdicts: Sequence[Verdict]) -> list["_Examined"]:
    """Some of the cases that are neither edges nor digits, from small to not too large."""
    small = sorted((v for v in verdicts if not v.case.name and 1 < v.case.size <= LARGEST), key=lambda v: v.case.size)
    return [_Examined(layer_judge, verdict) for verdict in small[:: max(1, len(small) // EXAMINED)][:EXAMINED]]


class _Examined:
    """A case, its truth, and what the plugin returned for it."""

    def __init__(self, layer_judge: LayerJudge, verdict: Verdict) -> None:
        self._layer_judge, self._verdict = layer_judge, verdict
        self._oracle = layer_judge.oracle
        self._inputs: CaseInputs = layer_judge.with_decisions(build(verdict.case), verdict.values)
        self._right: Expectation = layer_judge.expect(self._inputs, verdict.case.dtype)

    def explained_by(self, mistake: Mistake) -> bool:
        """Whether every result is either right or as the mistake has it, and at least one is the latter.

        A mistake in backward alone must account for all gradients; one in forward may show in either half only.
        """
        variant = self._variant(mistake)
        if variant is None:
            return False
        telling = False
        for name, value in self._verdict.values.items():
            truth = by_name(self._right.truth).get(name)
            if truth is None or value is None:
                continue
            if self._agrees(name, value, truth):
                only_backward = mistake.backward is not None and name in variant
                if only_backward and not self._agrees(name, variant[name], truth):
                    return False
                continue
            if name not in variant or not self._agrees(name, value, variant[name], VARIANT_ROUNDINGS):
                return False
            if self._agrees(name, variant[name], truth):
                return False
            telling = True
        return telling

    def contradicts(self, mistake: Mistake) -> bool:
        """Whether a plugin with this mistake could not have passed this case."""
        variant = self._variant(mistake)
        if variant is None:
            return False
        truths = by_name(self._right.truth)
        changed = [
            name for name, value in variant.items() if not self._agrees(name, self._fitting(name, value), truths[name])
        ]
        relevant = [name for name in changed if name.startswith("grad_") == (mistake.backward is not None)]
        return bool(relevant)

    def _fitting(self, name: str, value: Any) -> Any:
        """A result, but the truth where overflow is allowed: there a plugin passes with any mistake."""
        truth, magnitude = by_name(self._right.truth)[name], self._right.allowed[name].magnitude
        fits = magnitude * OVERFLOW_ROOM < float(np.finfo(self._verdict.case.dtype).max)
        return value if value.shape != truth.shape else np.where(fits | ~np.isfinite(truth), value, truth)

    def _agrees(self, name: str, value: Any, truth: Any, roundings: float = 0.0) -> bool:
        if not isinstance(value, (np.ndarray, np.generic)) or value.shape != truth.shape:
            return False
        allowed = self._right.allowed[name]
        if allowed.error.shape != truth.shape:
            scale = float(np.max(np.abs(np.nan_to_num(truth)), initial=0.0))
            return bool(np.allclose(value, truth, rtol=1e-4, atol=1e-5 * scale, equal_nan=True))
        dtype, judged = self._verdict.case.dtype, self._right.judged.get(name)
        with np.errstate(over="ignore"):  # what a mistake computes in float64 need not fit
            value = np.asarray(value).astype(dtype)
        if roundings:
            own = roundings * unit_roundoff(dtype) * np.abs(truth)
            allowed = dataclasses.replace(allowed, error=allowed.error + own)
        return isinstance(compare("", name, value, truth, allowed, dtype, judged), Agreement)

    def _variant(self, mistake: Mistake) -> Mapping[str, Any] | None:
        """What a layer with this mistake returns, or None where it would not even run."""
        try:
            if mistake.backward is None:
                return self._wrong_forward(mistake)
            return self._wrong_backward(mistake)
        except Exception:  # a variant need not make sense for every configuration
            return None

    def _wrong_forward(self, mistake: Mistake) -> Mapping[str, Any]:
        arguments, gradient = self._inputs.arguments, self._inputs.grad_output
        forward = mistake.wrong_forward(self._oracle.call)
        outputs = self._oracle.evaluate(arguments, None, forward=forward)
        names = self._layer_judge.layer.differentiable_outputs
        shapes = [np.asarray(outputs.outputs[name]).shape for name in names]
        if shapes != [g.shape for g in named_gradients(gradient).values()]:
            return by_name(outputs)
        return by_name(self._oracle.evaluate(arguments, gradient, forward=forward))

    def _wrong_backward(self, mistake: Mistake) -> Mapping[str, Any]:
        assert mistake.backward is not None
        import torch

        tensors = self._oracle.tensors(self._inputs.arguments, "float64", differentiable=True)

        def as_tensor(gradient: Any) -> Any:
            return torch.from_numpy(np.array(gradient, np.float64, order="C"))

        gradient = mapped_gradient(as_tensor, self._inputs.grad_output)
        right = {n: torch.from_numpy(v) for n, v in self._right.truth.gradients.items() if v is not None}
        arguments = _WithCall(tensors, self._oracle, self._verdict.case.dtype)
        changed = mistake.backward(torch, arguments, gradient, right)
        return {f"grad_{name}": value.detach().numpy() for name, value in changed.items() if name in right}


class _WithCall(dict[str, Any]):
    """The arguments of a case in float64, with the layer itself and the dtype of the case at hand."""

    def __init__(self, arguments: Mapping[str, Any], oracle: Oracle, given_dtype: str) -> None:
        super().__init__(arguments)
        self.oracle = oracle
        self.given_dtype = given_dtype
