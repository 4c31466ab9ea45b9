"""Short forms of mistakes: the layer itself with other arguments, in both halves or in backward; another slope."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from layerproof_conformance.types.mistake import Mistake, changed_arguments


def changed(says: str, where: Callable[[Any], bool] | None = None, **changes: Any) -> Mistake:
    """The layer with other arguments, each a value or a function of the right arguments; ``where`` the mistake shows."""
    if where is None:
        return Mistake(says, changes=changes)
    return Mistake(says, changes={name: partial(_changed_where, where, value) for name, value in changes.items()})


def _changed_where(where: Callable[[Any], bool], value: Any, a: Any) -> Any:
    assert where(a)
    return value(a) if callable(value) else value


def gradient_changed(says: str, *names: str, where: Callable[[Any], bool] = bool, **changes: Any) -> Mistake:
    """A right output, and the gradients of the layer with other arguments; all of them, or those of ``names``.

    ``where`` says for which arguments the mistake shows.
    """

    def backward(torch: Any, a: Any, g: Any, right: Any) -> Mapping[str, Any]:
        assert where(a)
        gradients = gradients_of(torch, a, g, right, **changes)
        return {name: gradients[name] for name in names or gradients}

    return Mistake(says, backward=backward)


def gradients_of(torch: Any, a: Any, g: Any, wanted: Any, **changes: Any) -> dict[str, Any]:
    """The gradients of the layer with some arguments changed."""
    result = a.oracle.call(torch, **changed_arguments(a, changes))
    output = result[0] if isinstance(result, tuple) else result
    gradients = torch.autograd.grad(output, [a[name] for name in wanted], g, allow_unused=True)
    return {name: value for name, value in zip(wanted, gradients, strict=True) if value is not None}


def slope(says: str, derivative: Callable[..., Any]) -> Mistake:
    """A right output of an elementwise layer, and grad_output times ``derivative(torch, x, **attributes)``."""

    def backward(torch: Any, a: Any, g: Any, right: Any) -> Mapping[str, Any]:
        return {"x": g * derivative(torch, **a)}

    return Mistake(says, backward=backward)
