"""What a plugin answered at first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layerproof_conformance.types.inputs import CaseInputs


@dataclass(frozen=True)
class FirstAnswer:
    """The first results of a plugin for some inputs, by name, and the state of each generator after the forward."""

    inputs: CaseInputs
    results: Mapping[str, Any]
    generators: Mapping[str, Any]
