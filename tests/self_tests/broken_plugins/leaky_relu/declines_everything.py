"""Both hooks are there and forward declines whatever it is asked: a stub that counts as support."""

from layerproof import hookimpl

DEFECT_CLASS = "trivial"


@hookimpl
def leaky_relu_forward(x, negative_slope):
    return None


@hookimpl
def leaky_relu_backward(grad_output, saved, needs_input_grad):
    return (None,)


def witness() -> str:
    from witnesses import Plugin, normal

    from layerproof import NotSupportedError

    declined = []
    shapes = [(), (0,), (3,), (3, 4), (2, 3, 4, 5)]
    for shape in shapes:
        for dtype in ("float32", "float64"):
            for slope in (0.01, 0.5):
                try:
                    Plugin(__file__).forward("leaky_relu", {"x": normal(*shape, dtype=dtype), "negative_slope": slope})
                except NotSupportedError:
                    declined.append(shape)
    return f"{len(declined)} of 20 configurations are declined" if len(declined) == 20 else ""
