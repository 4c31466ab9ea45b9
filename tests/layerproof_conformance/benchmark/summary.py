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
            own = shapes.setdefault(task.layer, {}).setdefault(plugin, [])
            own.append(ShapeResult(task.shape, forward, backward))
    return {
        layer: {plugin: _speed(results) for plugin, results in plugins.items()} for layer, plugins in shapes.items()
    }


def _speed(shapes: list[ShapeResult]) -> LayerSpeed:
    return LayerSpeed(_mean([one.forward for one in shapes]), _mean([one.backward for one in shapes]), shapes)


def _mean(measurements: Sequence[Measurement]) -> Summary:
    ratios = [one.ratio for one in measurements if one.ratio is not None]
    whole = ratios and len(ratios) == len(measurements)
    return Summary(statistics.geometric_mean(ratios) if whole else None)
