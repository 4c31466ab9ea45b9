from typing import Any

import numpy as np
import pytest
from sample_arguments import SAMPLES

from layerproof import find_layers

F32, F64 = np.float32, np.float64
IMAGES = (2, 4, 6, 5)


def zeros(*shape: int, dtype: Any = F64) -> Any:
    return np.zeros(shape, dtype)


def targets(*values: int) -> Any:
    return np.array(values, np.int64)


def cases(layer: str, *bad: tuple[dict[str, Any], str]) -> list[Any]:
    return [pytest.param(layer, changes, message, id=f"{layer}-{message[:60]}") for changes, message in bad]


BAD_ARGUMENTS = [
    *cases(
        "conv2d",
        ({"x": zeros(4, 6, 5)}, "`x`.ndim (=3) must be 4 (N, C, H, W)"),
        ({"x": zeros(*IMAGES, dtype=np.int64)}, "`x`.dtype (=int64) must be float32 or float64"),
        ({"x": zeros(*IMAGES, dtype=">f8")}, "`x`.dtype (=>f8) must be float32 or float64 in native byte order"),
        ({"x": zeros(*IMAGES, dtype=F32)}, "`weight`.dtype (=float64) must equal `x`.dtype (=float32)"),
        ({"x": zeros(2, 3, 6, 5)}, "`weight`.shape (=(6, 4, 3, 2)) must be (6, 3, 3, 2)"),
        ({"x": zeros(2, 0, 6, 5)}, "`x`.shape (=(2, 0, 6, 5)) must be at least 1 in C (N, C, H, W)"),
        ({"x": zeros(2, 4, 2, 5)}, "padded H (=2) must be at least the dilated window (=3)"),
        ({"x": zeros(2, 4, 6, 1)}, "padded W (=1) must be at least the dilated window (=2)"),
        ({"weight": zeros(6, 4, 3)}, "`weight`.ndim (=3) must be 4 (O, C/groups, kH, kW)"),
        ({"weight": zeros(6, 4, 0, 2)}, "`weight`.shape (=(6, 4, 0, 2)) must be at least 1"),
        ({"bias": zeros(1)}, "`bias`.shape (=(1,)) must be (6,)"),
        ({"bias": zeros(6, dtype=F32)}, "`bias`.dtype (=float32) must equal `x`.dtype (=float64)"),
        ({"stride": (0, 1)}, "`stride` (=(0, 1)) must be at least 1"),
        ({"stride": 1}, "`stride` must be a pair of ints (height, width), got 1"),
        ({"stride": [1, 1]}, "`stride` must be a pair of ints (height, width), got [1, 1]"),
        ({"padding": (0, -1)}, "`padding` (=(0, -1)) must be at least 0"),
        ({"padding": "same"}, "`padding` must be a pair of ints (height, width), got 'same'"),
        ({"dilation": (1, 0)}, "`dilation` (=(1, 0)) must be at least 1"),
        ({"dilation": (3, 1)}, "padded H (=6) must be at least the dilated window (=7)"),
        ({"groups": 3}, "`groups` (=3) must divide C (=4) of `x`"),
        ({"groups": 4, "weight": zeros(6, 1, 3, 2)}, "`groups` (=4) must divide O (=6) of `weight`"),
        ({"groups": 2}, "`weight`.shape (=(6, 4, 3, 2)) must be (6, 2, 3, 2)"),
        ({"groups": 0}, "`groups` (=0) must be at least 1"),
        ({"groups": True}, "`groups` must be an int, got True"),
    ),
    *cases(
        "relu",
        ({"x": [1.0]}, "`x` must be a numpy.ndarray, got list"),
        ({"x": F64(1)}, "`x` must be a numpy.ndarray, got float64"),
        ({"x": zeros(2, dtype=np.float16)}, "`x`.dtype (=float16) must be float32 or float64"),
        ({"x": zeros(2, dtype=np.complex128)}, "`x`.dtype (=complex128) must be float32 or float64"),
    ),
    *cases(
        "max_pool2d",
        ({"x": zeros(6, 5)}, "`x`.ndim (=2) must be 4 (N, C, H, W)"),
        ({"x": zeros(2, 4, 0, 5)}, "`x`.shape (=(2, 4, 0, 5)) must be at least 1 in H (N, C, H, W)"),
        ({"x": zeros(2, 4, 1, 5)}, "padded H (=1) must be at least the dilated window (=2)"),
        ({"kernel_size": 2}, "`kernel_size` must be a pair of ints (height, width), got 2"),
        ({"kernel_size": (0, 2)}, "`kernel_size` (=(0, 2)) must be at least 1"),
        ({"stride": None}, "`stride` must be a pair of ints (height, width), got None"),
        ({"stride": (1, 0)}, "`stride` (=(1, 0)) must be at least 1"),
        ({"padding": (2, 0)}, "`padding` (=(2, 0)) must be at most half of `kernel_size` (=(2, 2))"),
        (
            {"kernel_size": (3, 3), "dilation": (2, 2), "padding": (0, 2)},
            "`padding` (=(0, 2)) must be at most half of `kernel_size` (=(3, 3))",
        ),
        ({"padding": (-1, 0)}, "`padding` (=(-1, 0)) must be at least 0"),
        ({"dilation": (1, 5)}, "padded W (=5) must be at least the dilated window (=6)"),
        ({"ceil_mode": 1}, "`ceil_mode` must be True or False, got 1"),
        (
            {"x": zeros(2, 4, 1, 5), "kernel_size": (3, 2), "ceil_mode": True},
            "padded H (=1) may lack at most `stride` - 1 (=1) of the dilated window (=3)",
        ),
    ),
    *cases(
        "flatten",
        ({"start_dim": 4}, "`start_dim` (=4) must be from -4 to 3 for an array of 4 dimensions"),
        ({"end_dim": -5}, "`end_dim` (=-5) must be from -4 to 3 for an array of 4 dimensions"),
        ({"start_dim": 2, "end_dim": 1}, "`start_dim` (=2) must not come after `end_dim` (=1)"),
        ({"start_dim": -1, "end_dim": -2}, "`start_dim` (=-1) must not come after `end_dim` (=-2)"),
        ({"start_dim": 1.0}, "`start_dim` must be an int, got 1.0"),
        ({"x": zeros(), "start_dim": 1}, "`start_dim` (=1) must be from -1 to 0 for an array of 0 dimensions"),
    ),
    *cases(
        "linear",
        ({"x": zeros()}, "`x`.ndim (=0) must be at least 1 (..., in)"),
        ({"x": zeros(3, 5)}, "`weight`.shape (=(5, 4)) must be (5, 5): (out, in) with in=5 of `x`"),
        ({"x": zeros(3, 4, dtype=F32)}, "`weight`.dtype (=float64) must equal `x`.dtype (=float32)"),
        ({"weight": zeros(4)}, "`weight`.ndim (=1) must be 2 (out, in)"),
        ({"bias": zeros(1)}, "`bias`.shape (=(1,)) must be (5,): (out,) with out=5 of `weight`"),
        ({"bias": 0.0}, "`bias` must be a numpy.ndarray, got float"),
    ),
    *cases(
        "softmax",
        ({"dim": 2}, "`dim` (=2) must be from -2 to 1 for an array of 2 dimensions"),
        ({"dim": None}, "`dim` must be an int, got None"),
        ({"x": zeros(), "dim": -2}, "`dim` (=-2) must be from -1 to 0 for an array of 0 dimensions"),
        ({"x": np.ma.masked_array([1]), "dim": 0}, "`x`.dtype (=int64) must be float32 or float64"),
    ),
    *cases(
        "cross_entropy",
        ({"logits": zeros(4)}, "`logits`.ndim (=1) must be 2 (N, C)"),
        ({"logits": zeros(3, 0)}, "`logits`.shape (=(3, 0)) must be at least 1 in C (N, C)"),
        ({"logits": zeros(2, 4)}, "`target`.shape (=(3,)) must be (2,): (N,) with N=2 of `logits`"),
        ({"target": zeros(3)}, "`target`.dtype (=float64) must be int64"),
        ({"target": targets(3, 0, 1).astype(np.int32)}, "`target`.dtype (=int32) must be int64"),
        ({"target": zeros(3, 1, dtype=np.int64)}, "`target`.ndim (=2) must be 1"),
        ({"target": targets(3, 0, 4)}, "`target` (=4) must be from 0 to 3"),
        ({"target": targets(3, -1, 0)}, "`target` (=-1) must be from 0 to 3"),
        ({"target": targets(3, -100, 9), "ignore_index": 9}, "`target` (=-100) must be from 0 to 3"),
        ({"weight": zeros(3)}, "`weight`.shape (=(3,)) must be (4,): (C,) with C=4 of `logits`"),
        ({"weight": zeros(4, dtype=F32)}, "`weight`.dtype (=float32) must equal `logits`.dtype (=float64)"),
        ({"ignore_index": None}, "`ignore_index` must be an int, got None"),
        ({"reduction": "average"}, "`reduction` (='average') must be one of 'mean', 'sum', 'none'"),
        ({"reduction": None}, "`reduction` (=None) must be one of 'mean', 'sum', 'none'"),
        ({"label_smoothing": 1.5}, "`label_smoothing` (=1.5) must be from 0 to 1"),
        ({"label_smoothing": -0.1}, "`label_smoothing` (=-0.1) must be from 0 to 1"),
        ({"label_smoothing": float("nan")}, "`label_smoothing` must be a finite float, got nan"),
    ),
]

LEGAL_ARGUMENTS = [
    ("conv2d", {"x": zeros(0, 4, 6, 5)}),
    ("max_pool2d", {"x": zeros(0, 4, 6, 5)}),
    ("max_pool2d", {"kernel_size": (3, 3), "padding": (1, 1)}),
    ("max_pool2d", {"x": zeros(2, 4, 1, 5), "ceil_mode": True}),
    ("flatten", {"x": zeros(), "start_dim": 0, "end_dim": -1}),
    ("linear", {"x": zeros(0, 4)}),
    ("linear", {"x": zeros(3, 0), "weight": zeros(5, 0)}),
    ("softmax", {"x": zeros(3, 0), "dim": 1}),
    ("softmax", {"x": zeros(), "dim": -1}),
    ("cross_entropy", {"logits": zeros(0, 4), "target": targets()}),
    ("cross_entropy", {"target": targets(-100, -100, -100)}),
    ("cross_entropy", {"target": targets(3, 9, 0), "ignore_index": 9}),
    ("cross_entropy", {"label_smoothing": 1}),
]


@pytest.mark.parametrize(("layer", "changes", "message"), BAD_ARGUMENTS)
def test_bad_argument_is_refused_with_both_values(layer: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="`") as caught:
        find_layers()[layer].validate(**{**SAMPLES[layer][0], **changes})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("layer", "changes"), LEGAL_ARGUMENTS)
def test_legal_edge_is_accepted(layer: str, changes: dict[str, Any]) -> None:
    find_layers()[layer].validate(**{**SAMPLES[layer][0], **changes})


@pytest.mark.parametrize("layer", find_layers())
def test_samples_are_accepted_in_both_dtypes(layer: str) -> None:
    for sample in SAMPLES[layer]:
        find_layers()[layer].validate(**sample)
        narrow = {name: value.astype(F32) if is_float_array(value) else value for name, value in sample.items()}
        find_layers()[layer].validate(**narrow)


@pytest.mark.parametrize("layer", find_layers())
def test_wrong_type_is_refused_by_name(layer: str) -> None:
    for argument in find_layers()[layer].arguments:
        with pytest.raises(ValueError, match=f"`{argument}`"):
            find_layers()[layer].validate(**{**SAMPLES[layer][0], argument: object()})


@pytest.mark.parametrize("layer", find_layers())
def test_half_precision_is_refused_by_name(layer: str) -> None:
    sample = SAMPLES[layer][0]
    for argument in filter(lambda name: is_float_array(sample[name]), sample):
        with pytest.raises(ValueError, match=f"`{argument}`"):
            find_layers()[layer].validate(**{**sample, argument: np.asarray(sample[argument], np.float16)})


NEUTRAL_OR_NOT = [
    ("conv2d", "stride", {}, True),
    ("conv2d", "stride", {"stride": (1, 2)}, False),
    ("conv2d", "bias", {}, False),
    ("conv2d", "bias", {"bias": None}, True),
    ("max_pool2d", "stride", {}, True),
    ("max_pool2d", "stride", {"stride": (1, 1)}, False),
    ("max_pool2d", "stride", {"kernel_size": (1, 1), "stride": (1, 1)}, True),
    ("max_pool2d", "padding", {"padding": (1, 0)}, False),
    ("max_pool2d", "ceil_mode", {"ceil_mode": True}, False),
    ("flatten", "start_dim", {}, False),
    ("flatten", "start_dim", {"start_dim": 0}, True),
    ("flatten", "start_dim", {"start_dim": -4}, True),
    ("flatten", "end_dim", {}, True),
    ("flatten", "end_dim", {"end_dim": 3}, True),
    ("flatten", "end_dim", {"end_dim": 2}, False),
    ("flatten", "end_dim", {"x": zeros(), "end_dim": 0}, True),
    ("linear", "bias", {}, False),
    ("softmax", "dim", {}, True),
    ("softmax", "dim", {"dim": 1}, True),
    ("softmax", "dim", {"dim": 0}, False),
    ("softmax", "dim", {"x": zeros(), "dim": 0}, True),
    ("cross_entropy", "weight", {}, True),
    ("cross_entropy", "weight", {"weight": np.ones(4)}, False),
    ("cross_entropy", "ignore_index", {}, True),
    ("cross_entropy", "ignore_index", {"ignore_index": 2}, True),
    ("cross_entropy", "ignore_index", {"ignore_index": 3}, False),
    ("cross_entropy", "reduction", {"reduction": "sum"}, False),
    ("cross_entropy", "label_smoothing", {"label_smoothing": 0}, True),
]


@pytest.mark.parametrize(("layer", "argument", "changes", "expected"), NEUTRAL_OR_NOT)
def test_neutral_values(layer: str, argument: str, changes: dict[str, Any], expected: bool) -> None:
    assert find_layers()[layer].is_neutral(argument, {**SAMPLES[layer][0], **changes}) is expected


@pytest.mark.parametrize("layer", find_layers())
def test_neutrality_is_decided_for_every_argument_with_a_neutral_value(layer: str) -> None:
    found = find_layers()[layer]
    for sample in SAMPLES[layer]:
        for argument in found.neutral:
            assert isinstance(found.is_neutral(argument, sample), bool)


def is_float_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"
