"""Put the measurements of single shapes together by layer and plugin."""

import statistics
from collections.abc import Mapping, Sequence

from layerproof_conformance.benchmark.document import LayerSpeed, Measurement, ShapeResult, Summary
from layerproof_conformance.benchmark.shapes import LayerTask

Pair = tuple[Measurement, Measurement]


def layer_speeds(by_task: Sequence[tuple[LayerTask, Mapping[str, Pair]]]) -> dict[str, dict[str, LayerSpeed]]:
    """By layer and plugin, all shapes and their geometric mean."""
    shapes: dict[str, dict[str, list[ShapeResult]]] = {}
    for task, results in by_task:
        for plugin, (forward, backward) in results.items():
            by_shape = shapes.setdefault(task.layer, {}).setdefault(plugin, [])
            by_shape.append(ShapeResult(task.shape, forward, backward))
    return {
        layer: {plugin: _speed(results) for plugin, results in plugins.items()} for layer, plugins in shapes.items()
    }


def _speed(shapes: list[ShapeResult]) -> LayerSpeed:
    return LayerSpeed(_mean([shape.forward for shape in shapes]), _mean([shape.backward for shape in shapes]), shapes)


def _mean(measurements: Sequence[Measurement]) -> Summary:
    ratios = [measurement.ratio for measurement in measurements if measurement.ratio is not None]
    whole = ratios and len(ratios) == len(measurements)
    return Summary(statistics.geometric_mean(ratios) if whole else None)
