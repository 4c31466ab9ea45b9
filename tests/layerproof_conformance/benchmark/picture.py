"""The result as a picture: a bar for each layer, forward and backward, and for each step."""

from pathlib import Path
from typing import Any

from layerproof import LayerProofError
from layerproof_conformance.benchmark.document import Bench


def draw_bench(bench: Bench, file: Path) -> None:
    """Write an image in the format that the name of the file ends in; raises LayerProofError without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise LayerProofError("a picture needs matplotlib: pip install 'layerproof[report]'") from None
    bars = _bars(bench)
    plugins = list(dict.fromkeys(plugin for ratios in bars.values() for plugin in ratios))
    figure = Figure(figsize=(9, 1.2 + 0.28 * len(bars) * max(len(plugins), 1)), layout="constrained")
    axes: Any = figure.add_subplot()
    height = 0.8 / max(len(plugins), 1)
    for number, plugin in enumerate(plugins):
        places = [row + number * height for row, ratios in enumerate(bars.values()) if plugin in ratios]
        axes.barh(places, [ratios[plugin] for ratios in bars.values() if plugin in ratios], height, label=plugin)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks([row + 0.4 - height / 2 for row in range(len(bars))], list(bars))
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel(
        f"time as a multiple of PyTorch eager's ({bench.threads} threads, {bench.dtype}, batch {bench.batch_size})"
    )
    axes.legend()
    try:
        figure.savefig(file)
    except ValueError as error:
        raise LayerProofError(f"{file}: {error}") from None


def _bars(bench: Bench) -> dict[str, dict[str, float]]:
    bars: dict[str, dict[str, float]] = {}
    for layer, plugins in bench.layers.items():
        for plugin, speed in plugins.items():
            for what, summary in (("forward", speed.forward), ("backward", speed.backward)):
                if summary.ratio is not None:
                    bars.setdefault(f"{layer} {what}", {})[plugin] = summary.ratio
    for network, steps in bench.steps.items():
        for plugin, step in steps.items():
            if step.ratio is not None:
                bars.setdefault(f"step of network {network}", {})[plugin] = step.ratio
    return bars
