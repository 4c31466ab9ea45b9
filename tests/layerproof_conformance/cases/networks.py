"""The small PyTorch networks through which digits flow to become cases; each layer has a place in one of them."""

from collections.abc import Callable, Iterator
from typing import Any

from layerproof_conformance.layers import find_layer_judge


class Recorder:
    """Calls layers by name in torch, and keeps what each received, activation and incoming gradient."""

    def __init__(self, seed: int) -> None:
        import torch

        self._random = torch.Generator().manual_seed(seed)
        self._calls: list[tuple[str, dict[str, Any], Any]] = []

    def __call__(self, layer: str, **arguments: Any) -> Any:
        """Compute a layer; its first output goes on through the network."""
        import torch

        layer_judge = find_layer_judge(layer)
        result = layer_judge.oracle.call(torch, **arguments)
        output = result[0] if isinstance(result, tuple) else result
        output.retain_grad()
        self._calls.append((layer, arguments, output))
        return output

    def weight(self, *shape: int) -> Any:
        """A parameter with values of the size that PyTorch's layers start from."""
        import torch

        fan_in = max(1, int(torch.tensor(shape[1:]).prod())) if len(shape) > 1 else shape[0]
        values = torch.rand(shape, generator=self._random, dtype=torch.float64) * 2 - 1
        return (values / fan_in**0.5).requires_grad_()

    def calls(self) -> Iterator[tuple[str, dict[str, Any], Any]]:
        """Every layer call in order, as plain values: the layer, its arguments, its grad_output."""
        for layer, arguments, output in self._calls:
            plain = {name: _plain(value) for name, value in arguments.items()}
            yield layer, plain, output.grad.numpy().copy()


def _plain(value: Any) -> Any:
    return value.detach().numpy().copy() if hasattr(value, "detach") else value


_POOL: dict[str, Any] = {
    "kernel_size": (2, 2),
    "stride": (2, 2),
    "padding": (0, 0),
    "dilation": (1, 1),
    "ceil_mode": False,
}
_CONV: dict[str, Any] = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1}
_LOSS: dict[str, Any] = {"weight": None, "ignore_index": -100, "reduction": "mean", "label_smoothing": 0.0}


def _seed(call: Recorder, pixels: Any, labels: Any) -> Any:
    """The beginner's network: convolution, relu, pool, flatten, linear, cross_entropy."""
    x = call("conv2d", x=pixels, weight=call.weight(4, 1, 3, 3), bias=call.weight(4), **_CONV)
    x = call("max_pool2d", x=call("relu", x=x), **_POOL)
    x = call("flatten", x=x, start_dim=1, end_dim=-1)
    x = call("linear", x=x, weight=call.weight(10, 676), bias=call.weight(10))
    return call("cross_entropy", logits=x, target=labels, **_LOSS)


def _lenet(call: Recorder, pixels: Any, labels: Any) -> Any:
    """Two convolutions with padding, stride and groups, and overlapping pools over the raw pixels' many ties."""
    x = call("max_pool2d", x=pixels, **{**_POOL, "kernel_size": (3, 3), "padding": (1, 1)})
    x = call("conv2d", x=x, weight=call.weight(6, 1, 5, 5), bias=call.weight(6), **{**_CONV, "padding": (2, 2)})
    x = call("max_pool2d", x=call("relu", x=x), **_POOL)
    x = call("conv2d", x=x, weight=call.weight(8, 3, 3, 3), bias=None, **{**_CONV, "stride": (2, 1), "groups": 2})
    x = call("flatten", x=call("relu", x=x), start_dim=1, end_dim=-1)
    x = call("relu", x=call("linear", x=x, weight=call.weight(20, x.shape[1]), bias=call.weight(20)))
    x = call("linear", x=x, weight=call.weight(10, 20), bias=None)
    return call("cross_entropy", logits=x, target=labels, **{**_LOSS, "reduction": "sum", "label_smoothing": 0.1})


def _probabilities(call: Recorder, pixels: Any, labels: Any) -> Any:
    """Softmax over rows of pixels and over logits, with a squared error against the labels."""
    import torch

    rows = call("softmax", x=pixels * 8, dim=-1)
    x = call("flatten", x=rows, start_dim=1, end_dim=-1)
    logits = call("linear", x=x, weight=call.weight(10, 784), bias=call.weight(10))
    chosen = torch.nn.functional.one_hot(labels, 10).double()
    return ((call("softmax", x=logits * 20, dim=1) - chosen) ** 2).sum()


def _normalized(call: Recorder, pixels: Any, labels: Any) -> Any:
    """The norms: over feature maps, and over rows of pixels, of which the blank ones have no variance."""
    bn = {"momentum": 0.1, "eps": 1e-5}
    x = call("batch_norm", x=pixels, **_parameters(call, 1), **_statistics(call, 1), training=True, **bn)
    x = call("conv2d", x=x, weight=call.weight(6, 1, 3, 3), bias=None, **{**_CONV, "stride": (2, 2)})
    x = call("batch_norm", x=x, **_parameters(call, 6), running_mean=None, running_var=None, training=True, **bn)
    x = call("group_norm", x=call("relu", x=x), **_parameters(call, 6), num_groups=3, eps=1e-5)
    x = call("batch_norm", x=x, **_parameters(call, 6), **_statistics(call, 6), training=False, **bn)
    x = call("flatten", x=call("relu", x=x), start_dim=1, end_dim=-1)
    maps = call("linear", x=x, weight=call.weight(10, 1014), bias=call.weight(10))
    rows = call("layer_norm", x=pixels[:, 0], **_parameters(call, 28), normalized_shape=(28,), eps=1e-5)
    rows = call("rms_norm", x=rows + pixels[:, 0], weight=call.weight(28), normalized_shape=(28,), eps=None)
    pixels_apart = call("flatten", x=rows, start_dim=1, end_dim=-1)
    logits = maps + call("linear", x=pixels_apart, weight=call.weight(10, 784), bias=None)
    x = call("instance_norm", x=pixels[:, :, ::2, ::2] + pixels[:, :, 1::2, 1::2], **_parameters(call, 1), eps=1e-5)
    halves = call("linear", x=call("flatten", x=x, start_dim=1, end_dim=-1), weight=call.weight(10, 196), bias=None)
    return call("cross_entropy", logits=logits + halves, target=labels, **_LOSS)


def _parameters(call: Recorder, size: int) -> dict[str, Any]:
    return {"weight": call.weight(size), "bias": call.weight(size)}


def _statistics(call: Recorder, size: int) -> dict[str, Any]:
    return {"running_mean": call.weight(size).detach(), "running_var": call.weight(size).detach().abs() + 0.1}


def _activated(call: Recorder, pixels: Any, labels: Any) -> Any:
    """Every activation over feature maps and hidden layers, gentle and saturating, with a squared error at the end."""
    import torch

    x = call("conv2d", x=pixels, weight=call.weight(4, 1, 3, 3), bias=call.weight(4), **{**_CONV, "stride": (2, 2)})
    x = call("elu", x=call("leaky_relu", x=x, negative_slope=0.2), alpha=1.0)
    x = call("flatten", x=call("gelu", x=x * 4, approximate="none"), start_dim=1, end_dim=-1)
    hidden = [call("linear", x=x, weight=call.weight(16, 676), bias=call.weight(16)) * scale for scale in (1, 5, 20)]
    hidden = [
        call("tanh", x=hidden[0]),
        call("silu", x=hidden[1]),
        call("softplus", x=hidden[2], beta=2.0, threshold=20.0),
    ]
    x = call("gelu", x=torch.cat(hidden, 1), approximate="tanh")
    x = call("sigmoid", x=call("linear", x=x, weight=call.weight(10, 48), bias=call.weight(10)) * 3)
    chosen = torch.nn.functional.one_hot(labels, 10).double().requires_grad_()
    return 3 * call("mse_loss", x=x, target=chosen, reduction="mean")


def _losses(call: Recorder, pixels: Any, labels: Any) -> Any:
    """The other losses over logits of all classes, and a reconstruction of the pixels, as an autoencoder makes it."""
    import torch

    x = call("flatten", x=pixels, start_dim=1, end_dim=-1)
    code = call("linear", x=x, weight=call.weight(16, 784), bias=call.weight(16))
    again = call("linear", x=call("silu", x=code), weight=call.weight(784, 16), bias=call.weight(784)) * 10
    pictures = call("binary_cross_entropy_with_logits", x=again, target=x.detach(), reduction="mean")
    differences = call("mse_loss", x=call("sigmoid", x=again), target=x, reduction="sum")
    logits = call("linear", x=code, weight=call.weight(10, 16), bias=call.weight(10)) * 30
    chosen = torch.nn.functional.one_hot(labels, 10).double()
    each = call("binary_cross_entropy_with_logits", x=logits, target=chosen, reduction="none")
    likely = call("log_softmax", x=logits, dim=1)
    return 2 * pictures + differences / 100 + (each * torch.arange(10.0)).mean() - (likely * chosen).sum() / len(labels)


def _pictures(call: Recorder, pixels: Any, labels: Any) -> Any:
    """Pictures averaged to a small code, and spread out again; dropout behind a relu, where half of x is 0."""
    import numpy as np

    spread = {"output_padding": (0, 0), "padding": (0, 0), **_CONV}
    pool = {"padding": (0, 0), "ceil_mode": False, "count_include_pad": True}
    x = call(
        "conv2d", x=pixels, weight=call.weight(4, 1, 3, 3), bias=None, **{**_CONV, "stride": (2, 2), "padding": (1, 1)}
    )
    x = call("dropout", x=call("relu", x=x), p=0.25, training=True, rng=np.random.default_rng(0))
    borders = {"padding": (1, 1), "ceil_mode": True, "count_include_pad": False}
    code = call("avg_pool2d", x=x, kernel_size=(3, 3), stride=(2, 2), **borders)
    code = call("avg_pool2d", x=code, kernel_size=(2, 2), stride=(2, 2), **pool)
    uneven = {**spread, "stride": (2, 2), "padding": (1, 1), "output_padding": (0, 1)}
    again = call("conv_transpose2d", x=code, weight=call.weight(4, 3, 4, 3), bias=call.weight(3), **uneven)
    again = call("relu", x=again)
    again = call("conv_transpose2d", x=again, weight=call.weight(3, 1, 7, 7), bias=None, **{**spread, "stride": (3, 3)})
    picture = call("mse_loss", x=again, target=pixels, reduction="mean")
    rough = call("adaptive_avg_pool2d", x=pixels, output_size=(5, 9))
    whole = call("adaptive_avg_pool2d", x=x, output_size=(1, 1))
    thick = call("avg_pool2d", x=pixels, kernel_size=(4, 3), stride=(4, 3), **{**pool, "padding": (0, 1)})
    seen = [call("flatten", x=one, start_dim=1, end_dim=-1) for one in (rough, whole, thick)]
    logits: Any = 0
    for one in seen:
        kept = call("dropout", x=one, p=0.1, training=True, rng=np.random.default_rng(1))
        logits = logits + call("linear", x=kept, weight=call.weight(10, one.shape[1]), bias=None)
    return picture + call("cross_entropy", logits=logits, target=labels, **_LOSS)


def _sequences(call: Recorder, pixels: Any, labels: Any) -> Any:
    """Rows of pixels as a sequence, in which the blank ones are alike and may be left out; pixel values as indices."""
    rows = pixels[:, 0]
    free: dict[str, Any] = {"attn_mask": None, "is_causal": False, "scale": None}
    alike = call("scaled_dot_product_attention", query=rows, key=rows * 1, value=rows * 2, **{**free, "scale": 1.5})
    query, key, value = (call("linear", x=rows, weight=call.weight(12, 28), bias=call.weight(12)) for _ in "qkv")
    past = call("scaled_dot_product_attention", query=query, key=key, value=value, **{**free, "is_causal": True})
    heads = [one.reshape(-1, 28, 3, 4).transpose(1, 2) for one in (query, key, value)]
    inked = (rows.detach().amax(-1) > 0)[:, None, None]
    apart = dict(zip(("query", "key", "value"), heads, strict=True))
    ink = call("scaled_dot_product_attention", **apart, **{**free, "attn_mask": inked})
    levels = (pixels.detach()[:, 0] * 255).round().long()
    values = call("embedding", weight=call.weight(256, 3), indices=levels, padding_idx=None)
    coarse = call("embedding", weight=call.weight(16, 5), indices=levels[:, ::2, ::2] // 16, padding_idx=0)
    seen = [alike, past, ink.transpose(1, 2).flatten(2), values.mean(2), coarse.mean(2)]
    flat = [call("flatten", x=one, start_dim=1, end_dim=-1) for one in seen]
    logits = sum(call("linear", x=one, weight=call.weight(10, one.shape[1]), bias=None) for one in flat)
    return call("cross_entropy", logits=logits, target=labels, **_LOSS)


NETWORKS: dict[str, Callable[[Recorder, Any, Any], Any]] = {
    "seed": _seed,
    "lenet": _lenet,
    "probabilities": _probabilities,
    "normalized": _normalized,
    "activated": _activated,
    "losses": _losses,
    "pictures": _pictures,
    "sequences": _sequences,
}
