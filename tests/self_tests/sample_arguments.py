import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def numbers(*shape: int, positive: bool = False) -> Array:
    """Numbers from -1.5 to 1.5 in random order, all different and none near 0: neither ties nor kinks."""
    size = int(np.prod(shape))
    steps = np.random.default_rng(size).permutation(size) + 0.25
    return ((steps if positive else steps - size // 2) * (3 / size)).reshape(shape)


X = numbers(2, 4, 6, 5)
ROWS = numbers(3, 4)
INDICES = np.array([[0, 3, 3], [1, 0, 4]])
MASK = np.array([[True, False, True], [True, True, True], [False, True, False], [False, False, False]])
CONV = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1}
POOL = {"kernel_size": (2, 2), "stride": (2, 2), "padding": (0, 0), "ceil_mode": False}
NORM = {"running_mean": None, "running_var": None, "training": True, "momentum": 0.1, "eps": 1e-5}
STATISTICS = {"running_mean": numbers(4), "running_var": numbers(4, positive=True)}
LOSS = {
    "target": np.array([3, 0, 1]),
    "weight": None,
    "ignore_index": -100,
    "reduction": "mean",
    "label_smoothing": 0.0,
}
QUERY, KEY, VALUE = numbers(2, 4, 3), numbers(2, 3, 3) * 0.9, numbers(2, 3, 5)
ATTENTION = {"query": QUERY, "key": KEY, "value": VALUE, "attn_mask": None, "is_causal": False, "scale": None}

# Valid arguments of each layer in float64, at points where it is differentiable.
SAMPLES: dict[str, list[dict[str, object]]] = {
    "adaptive_avg_pool2d": [{"x": X, "output_size": (4, 3)}, {"x": X, "output_size": (7, 1)}],
    "avg_pool2d": [
        {"x": X, **POOL, "count_include_pad": True},
        {
            "x": X,
            "kernel_size": (3, 2),
            "stride": (2, 3),
            "padding": (1, 1),
            "ceil_mode": True,
            "count_include_pad": True,
        },
        {
            "x": X,
            "kernel_size": (3, 3),
            "stride": (1, 2),
            "padding": (1, 0),
            "ceil_mode": True,
            "count_include_pad": False,
        },
    ],
    "batch_norm": [
        {"x": X, "weight": numbers(4), "bias": numbers(4), **NORM},
        {"x": ROWS, "weight": None, "bias": None, **NORM, **STATISTICS},
        {"x": X, "weight": numbers(4), "bias": None, **NORM, **STATISTICS, "training": False},
    ],
    "binary_cross_entropy_with_logits": [
        {"x": ROWS, "target": numbers(3, 4, positive=True) / 3, "reduction": reduction}
        for reduction in ("mean", "sum", "none")
    ],
    "conv2d": [
        {"x": X, "weight": numbers(6, 4, 3, 2), "bias": numbers(6), **CONV},
        {"x": X, "weight": numbers(6, 2, 3, 2), "bias": None, **CONV, "stride": (2, 1), "padding": (1, 2), "groups": 2},
        {"x": X, "weight": numbers(4, 1, 2, 2), "bias": numbers(4), **CONV, "dilation": (3, 2), "groups": 4},
    ],
    "conv_transpose2d": [
        {"x": X, "weight": numbers(4, 3, 3, 2), "bias": numbers(3), **CONV, "output_padding": (0, 0)},
        {
            "x": X,
            "weight": numbers(4, 3, 2, 3),
            "bias": None,
            "stride": (2, 3),
            "padding": (1, 2),
            "output_padding": (1, 2),
            "dilation": (2, 1),
            "groups": 2,
        },
    ],
    "cross_entropy": [
        {"logits": ROWS, **LOSS},
        {"logits": ROWS, **LOSS, "weight": numbers(4, positive=True), "label_smoothing": 0.2},
        {"logits": ROWS, **LOSS, "weight": numbers(4, positive=True), "ignore_index": 0, "reduction": "none"},
        {"logits": ROWS, **LOSS, "ignore_index": 3, "reduction": "sum", "label_smoothing": 1.0},
    ],
    "dropout": [
        {"x": X, "p": 0.3, "training": True, "rng": np.random.default_rng(0)},
        {"x": X, "p": 0.3, "training": False, "rng": np.random.default_rng(0)},
    ],
    "elu": [{"x": X, "alpha": alpha} for alpha in (1.0, 0.3, -0.7)],
    "embedding": [
        # padding_idx is a row that does not occur: its gradient is 0 by decree
        {"weight": numbers(5, 3), "indices": INDICES, "padding_idx": padding_idx}
        for padding_idx in (None, 2)
    ],
    "flatten": [{"x": X, "start_dim": 1, "end_dim": -1}, {"x": X, "start_dim": 0, "end_dim": 2}],
    "gelu": [{"x": X, "approximate": "none"}, {"x": X, "approximate": "tanh"}],
    "group_norm": [
        {"x": X, "weight": numbers(4), "bias": numbers(4), "num_groups": 2, "eps": 1e-5},
        {"x": X, "weight": None, "bias": None, "num_groups": 1, "eps": 0.1},
    ],
    "instance_norm": [
        {"x": X, "weight": numbers(4), "bias": numbers(4), "eps": 1e-5},
        {"x": X, "weight": None, "bias": None, "eps": 0.1},
    ],
    "layer_norm": [
        {"x": ROWS, "weight": numbers(4), "bias": numbers(4), "normalized_shape": (4,), "eps": 1e-5},
        {"x": X, "weight": None, "bias": None, "normalized_shape": (6, 5), "eps": 0.1},
    ],
    "leaky_relu": [{"x": X, "negative_slope": slope} for slope in (0.01, 1.5, -0.2)],
    "linear": [
        {"x": ROWS, "weight": numbers(5, 4), "bias": numbers(5)},
        {"x": numbers(2, 3, 4), "weight": numbers(5, 4), "bias": None},
        {"x": numbers(4), "weight": numbers(2, 4), "bias": numbers(2)},
    ],
    "log_softmax": [{"x": ROWS, "dim": -1}, {"x": X, "dim": 1}],
    "max_pool2d": [
        {"x": X, **POOL, "dilation": (1, 1)},
        {"x": X, "kernel_size": (3, 2), "stride": (1, 2), "padding": (1, 1), "dilation": (2, 1), "ceil_mode": True},
    ],
    "mse_loss": [
        {"x": ROWS, "target": numbers(4, 3).T, "reduction": reduction} for reduction in ("mean", "sum", "none")
    ],
    "relu": [{"x": X}],
    "rms_norm": [
        {"x": ROWS, "weight": numbers(4), "normalized_shape": (4,), "eps": 1e-5},
        {"x": X, "weight": None, "normalized_shape": (6, 5), "eps": None},
    ],
    "scaled_dot_product_attention": [
        ATTENTION,
        {**ATTENTION, "is_causal": True, "scale": 0.7},
        {**ATTENTION, "attn_mask": MASK},
        {**ATTENTION, "attn_mask": numbers(2, 4, 3)},
    ],
    "sigmoid": [{"x": X}],
    "silu": [{"x": X}],
    "softmax": [{"x": ROWS, "dim": -1}, {"x": X, "dim": 1}, {"x": X, "dim": -4}],
    "softplus": [{"x": X, "beta": 1.0, "threshold": 20.0}, {"x": X, "beta": -2.0, "threshold": 1.0}],
    "tanh": [{"x": X}],
}
