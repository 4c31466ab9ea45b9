"""What a plugin answered at first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layerproof_conformance.types.inputs import CaseInputs


@dataclass(frozen=True)
class FirstAnswer:
    """What a plugin first told of a inputs: its results by name, and the state in which it left each generator."""

    inputs: CaseInputs
    results: Mapping[str, Any]
    generators: Mapping[str, Any]
