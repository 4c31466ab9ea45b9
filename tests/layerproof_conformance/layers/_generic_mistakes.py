"""The mistakes that any layer can have, from the roles of its arguments: there is nothing of one layer here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from layerproof import Layer
from layerproof_conformance.layers._mistakes import changed, gradient_changed, gradients_of
from layerproof_conformance.types.mistake import Mistake

Attributes = Mapping[str, Sequence[Any]]


def generic_mistakes(layer: Layer, attributes: Attributes) -> Iterator[Mistake]:
    """The mistakes of a layer whose attributes take these values."""
    yield from _ignored(layer)
    yield from _exchanged(layer, attributes)
    if "reduction" in layer.arguments:
        yield from _reduced(layer)
    yield Mistake("does nothing (the identity)", lambda torch, **a: a[layer.differentiable[0]] * 1)
    yield from _gradients(layer)
    yield from _parameters(layer)


def _ignored(layer: Layer) -> Iterator[Mistake]:
    """What may be left out is never used: an array is taken for None, an attribute for its neutral value."""
    for name, value in layer.neutral.items():
        if name == "reduction":
            continue
        says = "the bias is not added" if name == "bias" else f"{name} is ignored"
        if isinstance(value, str) and value in layer.arguments:
            yield changed(f"{says} (always {value})", **{name: itemgetter(value)})
        else:
            shown = f'"{value}"' if isinstance(value, str) else f"{value:g}" if _is_number(value) else ""
            yield changed(f"{says} (always {shown})" if shown else says, **{name: value})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _exchanged(layer: Layer, attributes: Attributes) -> Iterator[Mistake]:
    """Height and width are swapped, in an attribute that is a pair or in a kernel."""
    for name, values in attributes.items():
        if all(isinstance(value, tuple) and len(value) == 2 for value in values):
            whose = f"the {name.removesuffix('_size')}'s" if name.endswith("_size") else name
            yield changed(f"{whose} height and width are swapped", **{name: lambda a, name=name: a[name][::-1]})
    for name, argument in layer.roles.items():
        if argument.axes[-2:] == ("kH", "kW"):
            yield changed(
                "the kernel's height and width are swapped", **{name: lambda a, name=name: a[name].transpose(-1, -2)}
            )


def _reduced(layer: Layer) -> Iterator[Mistake]:
    several = "elements" if layer.roles[layer.differentiable[0]].axes == ("...",) else "samples"
    yield changed("sums instead of averaging", reduction="sum")
    yield changed("averages instead of summing", reduction="mean")
    yield gradient_changed(
        f"the gradient is not divided by the number of {several}",
        where=lambda a: a["reduction"] == "mean",
        reduction="sum",
    )
    yield Mistake("grad_output of a mean or sum is ignored (taken as 1)", backward=_with_gradient_1_of_a_number)


def _with_gradient_1_of_a_number(torch: Any, a: Any, g: Any, right: Any) -> Mapping[str, Any]:
    assert a["reduction"] != "none"
    return gradients_of(torch, a, torch.ones_like(g), right)


def _gradients(layer: Layer) -> Iterator[Mistake]:
    """What is wrong with all gradients, or with each of several."""
    first = layer.differentiable[0]
    yield Mistake(
        "grad_output is ignored (taken as ones)",
        backward=lambda torch, a, g, right: gradients_of(torch, a, torch.ones_like(g), right),
    )
    yield _scaled("all gradients are zero", lambda value, g: value.new_zeros(value.shape))
    yield _scaled("all gradients have the wrong sign", lambda value, g: -value)
    yield _scaled("the gradients are divided by the number of samples", _per_sample)
    yield Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {first: g})
    if len(layer.differentiable) > 1:
        for name in layer.differentiable:
            yield _scaled(f"grad_{name} is zero", lambda value, g: value.new_zeros(value.shape), name)
            yield _scaled(f"grad_{name} has the wrong sign", lambda value, g: -value, name)


def _parameters(layer: Layer) -> Iterator[Mistake]:
    """What is wrong with the gradients of arrays that all samples share, which are sums over the samples."""
    others = (layer.roles[name] for name in layer.differentiable[1:])
    shared = [argument for argument in others if not {"N", "..."} & set(argument.axes)]
    # of these each element is added to, or multiplied with, one place of every sample
    places = [argument.name for argument in shared if argument.optional]
    for argument in shared:
        says = f"grad_{argument.name} is the mean over the batch, not the sum"
        yield _scaled(says, _per_sample, argument.name)
        if len(argument.axes) == 2 and not any(axis.startswith("*") for axis in argument.axes):
            yield _scaled(f"grad_{argument.name} is transposed", lambda value, g: value.T, argument.name)
    for name in places:
        yield _scaled(f"grad_{name} is the mean over batch and positions", _mean, name)
    if len(shared) > 1:
        names = [argument.name for argument in shared]
        both = f"the gradients of {' and '.join(names)}"
        yield _scaled(f"{both} are averaged over the batch, not summed", _per_sample, *names)
        if places == names:
            yield _scaled(f"{both} are means over batch and positions, not sums", _mean, *names)


def _per_sample(value: Any, g: Any) -> Any:
    return value / max(len(g), 1)


def _mean(value: Any, g: Any) -> Any:
    return value * value.numel() / max(g.numel(), 1)


def _scaled(says: str, change: Callable[[Any, Any], Any], *names: str) -> Mistake:
    """The right gradients, all or those of ``names``, changed by a function of them and of grad_output."""
    return Mistake(says, backward=lambda torch, a, g, right: {
        name: change(value, g) for name, value in right.items() if not names or name in names})  # fmt: skip
