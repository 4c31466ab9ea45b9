"""What the judge knows about one layer, as read from its file in ``layers``."""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layerproof import Layer, find_layers
from layerproof_conformance import layers
from layerproof_conformance.bounds import Bound
from layerproof_conformance.case import Recipe
from layerproof_conformance.choose import Choose
from layerproof_conformance.comparison import Finding
from layerproof_conformance.problem import Problem

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A classic way of getting a layer wrong, as a small variant of the oracle.

    ``forward`` computes the wrong output with torch (its gradients follow by autograd); ``backward`` takes the
    arguments, grad_output and the right gradients by name, and returns those that the mistake changes.
    """

    says: str
    forward: Callable[..., Any] | None = None
    backward: Callable[..., Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Told:
    """What a plugin first told of a problem: its results by name, and the state in which it left each generator."""

    problem: Problem
    results: Mapping[str, Any]
    generators: Mapping[str, Any]


@dataclass(frozen=True)
class Knowledge:
    """The judge's file of a layer.

    ``ATTRIBUTES``: interesting values of each attribute, the simplest first. ``arrays(attributes, choose)``: recipes
    of the array arguments for these attributes, or None where no arrays fit. ``EDGES``: cases written by hand, by
    name. ``BOUND``: how far from the truth a result may be. ``MISTAKES``: its classic mistakes. ``call(torch,
    **arguments)`` is there only where the oracle is not ``torch.nn.functional`` by the layer's own name (a parameter
    ``given_dtype`` tells it the dtype of the case, where the layer depends on that), ``judged(arguments,
    grad_output)`` only where PyTorch leaves something undefined: it masks the elements that count, by result name.
    ``defined(arguments)`` is there only where PyTorch must not be asked at all for some legal arguments.

    A layer in which the plugin decides something by chance has two more: ``adapt(problem, results)`` gives the oracle
    the arguments with the decision that the results show, and ``inspect(told)`` finds what is wrong with decisions.
    """

    layer: Layer
    attributes: Mapping[str, Sequence[Any]]
    arrays: Callable[[Mapping[str, Any], Choose], dict[str, Recipe | None] | None]
    edges: Mapping[str, Callable[[], Arguments]]
    bound: Bound
    mistakes: Sequence[Mistake]
    call: Callable[..., Any] | None
    judged: Callable[[Mapping[str, Any], Any], Mapping[str, Any]] | None
    defined: Callable[[Mapping[str, Any]], bool] | None
    adapt: Callable[[Problem, Mapping[str, Any]], Arguments] | None
    inspect: Callable[[Sequence[Told]], Iterable[Finding]] | None


@functools.cache
def knowledge(layer: str) -> Knowledge:
    """Read the judge's file of a layer."""
    module = importlib.import_module(f"layerproof_conformance.layers.{layer}")
    return Knowledge(
        layer=find_layers()[layer],
        attributes=module.ATTRIBUTES,
        arrays=module.arrays,
        edges=module.EDGES,
        bound=module.BOUND,
        mistakes=module.MISTAKES,
        call=getattr(module, "call", None),
        judged=getattr(module, "judged", None),
        defined=getattr(module, "defined", None),
        adapt=getattr(module, "adapt", None),
        inspect=getattr(module, "inspect", None),
    )


def judged_layers() -> tuple[str, ...]:
    """The layers that the judge has a file for."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(layers.__path__) if not m.name.startswith("_")))
