"""Cases that have a name: from digits, and edges written by hand."""

import itertools
import zlib
from collections.abc import Iterator, Sequence

from layerproof_conformance.cases.mnist import captured
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.types.case import Case
from layerproof_conformance.types.layout import LAYOUTS


def named_cases(layer: str, dtypes: Sequence[str]) -> Iterator[Case]:
    """The cases from digits and the edges written by hand, each in every dtype, in layouts that take turns."""
    for source, names in (("mnist", captured(layer)), ("edge", find_layer_judge(layer).edges)):
        for name, dtype in itertools.product(names, dtypes):
            number = zlib.crc32(f"{layer} {name} {dtype}".encode())
            layout = LAYOUTS[number % (len(LAYOUTS) - 1)]  # the last one, broadcast, would change the values
            yield Case(layer, dtype, number % 1000, source, name, layout)
