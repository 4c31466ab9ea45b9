"""The speed of a plugin, from a benchmark into its run document."""

from pathlib import Path

import msgspec

from layerproof_conformance.benchmark.document import Bench
from layerproof_conformance.types.run_document import Run, RunError, Speed


def with_speed(run: Run, file: str | Path) -> Run:
    """The run with the speed of each layer that `layerproof bench --json` measured of the same plugin.

    Raises RunError, one line, where the file is no benchmark, or none of this plugin.
    """
    try:
        bench = msgspec.json.decode(Path(file).read_bytes(), type=Bench)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{file} is no benchmark, as `layerproof bench --json` writes it: {error}") from None
    layers = dict(run.layers)
    for name, plugins in bench.layers.items():
        if name in layers and run.plugin.name in plugins:
            measured = plugins[run.plugin.name]
            speed = Speed(measured.forward.ratio, measured.backward.ratio)
            layers[name] = msgspec.structs.replace(layers[name], speed=speed)
    if not any(layer.speed for layer in layers.values()):
        raise RunError(f"{file} measures no layer of plugin {run.plugin.name}")
    return msgspec.structs.replace(run, layers=layers)
