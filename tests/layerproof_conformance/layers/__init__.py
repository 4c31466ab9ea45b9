"""What the judge knows of each layer: one file per layer, found by being here."""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from layerproof import Layer, find_layers
from layerproof_conformance import layers
from layerproof_conformance.layers._generic_edges import generic_edges
from layerproof_conformance.layers._generic_mistakes import generic_mistakes
from layerproof_conformance.oracle.bounds import Bound, RunningError
from layerproof_conformance.oracle.comparison import Finding
from layerproof_conformance.oracle.expectation import Expectation
from layerproof_conformance.oracle.pytorch import Oracle
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.first_answer import FirstAnswer
from layerproof_conformance.types.inputs import CaseInputs
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

Arguments = dict[str, Any]


@dataclass(frozen=True)
class LayerJudge:
    """The judge's file of a layer.

    - ``ATTRIBUTES``, if there are any: interesting values of each, the simplest first.
    - ``arrays(attributes, sampler)``: recipes of the array arguments for these attributes, or None where none fit.
    - ``EXAMPLES``: arguments from which the edges of every layer are made. The key is put behind the names of these
      edges; it is empty where there is one example.
    - ``EDGES``: edges written by hand, by name; one of the same name replaces an edge of every layer.
    - ``LEFT_OPEN``, if there: names of edges of every layer for which PyTorch leaves open what is right.
    - ``BOUND``: how far from the truth a result may be; or, in its place, ``trace``, the textbook algorithm with its
      rounding errors (see ``RunningError``).
    - ``MISTAKES``: classic mistakes of this layer, beside those that every layer can have.
    - ``call(torch, **arguments)``, only where the oracle is not ``torch.nn.functional`` by the layer's own name. A
      parameter ``given_dtype`` tells it the dtype of the case, where the layer depends on that.
    - ``judged(arguments, grad_output)``, only where PyTorch leaves something undefined: masks of the elements that
      count, by result name.
    - ``defined(arguments)``, only where PyTorch must not be asked at all for some legal arguments.

    A layer in which the plugin decides something by chance has two more: ``adapt(inputs, results)`` gives the oracle
    the arguments with the decision that the results show, and ``inspect(answers)`` yields what is wrong with decisions.
    """

    layer: Layer
    oracle: Oracle
    attributes: Mapping[str, Sequence[Any]]
    arrays: Callable[[Mapping[str, Any], CaseSampler], dict[str, Recipe | None] | None]
    edges: Mapping[str, Mapping[str, Any]]
    bound: Bound
    mistakes: Sequence[Mistake]
    judged: Callable[[Mapping[str, Any], Any], Mapping[str, Any]] | None
    defined: Callable[[Mapping[str, Any]], bool] | None
    adapt: Callable[[CaseInputs, Mapping[str, Any]], Arguments] | None
    inspect: Callable[[Sequence[FirstAnswer]], Iterable[Finding]] | None

    def expect(self, inputs: CaseInputs, dtype: str) -> Expectation:
        """The truth for these inputs, and the error allowed in a dtype."""
        truth = self.oracle.evaluate(inputs.arguments, inputs.grad_output)
        with np.errstate(all="ignore"):
            allowed = self.bound(self.oracle, inputs, truth, dtype)
            judged = self.judged(inputs.arguments, inputs.grad_output) if self.judged else {}
        return Expectation(truth, allowed, judged, dtype)

    def with_decisions(self, inputs: CaseInputs, results: Mapping[str, Any]) -> CaseInputs:
        """The inputs as the oracle gets them: with what the plugin decided by chance, as its results show it."""
        return replace(inputs, arguments=self.adapt(inputs, results)) if self.adapt else inputs


@functools.cache
def find_layer_judge(layer: str) -> LayerJudge:
    """Read the judge's file of a layer."""
    module = importlib.import_module(f"layerproof_conformance.layers.{layer}")
    contract, defined = find_layers()[layer], getattr(module, "defined", None)
    oracle = Oracle(contract, getattr(module, "call", None))
    attributes: Mapping[str, Sequence[Any]] = getattr(module, "ATTRIBUTES", {})
    edges = {**generic_edges(contract, module.EXAMPLES, defined), **module.EDGES}
    own = {mistake.says for mistake in module.MISTAKES}
    generic = (m for m in generic_mistakes(contract, attributes) if m.says not in own)
    return LayerJudge(
        layer=contract,
        oracle=oracle,
        attributes=attributes,
        arrays=module.arrays,
        edges={name: edge for name, edge in edges.items() if name not in getattr(module, "LEFT_OPEN", ())},
        bound=module.BOUND if hasattr(module, "BOUND") else RunningError(module.trace),
        mistakes=(*module.MISTAKES, *generic),
        judged=getattr(module, "judged", None),
        defined=defined,
        adapt=getattr(module, "adapt", None),
        inspect=getattr(module, "inspect", None),
    )


def judged_layers() -> tuple[str, ...]:
    """The layers that the judge has a file for."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(layers.__path__) if not m.name.startswith("_")))
