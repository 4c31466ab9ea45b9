"""Chains of layers: networks whose layers stand one behind another, with residual branches.

The trainer runs them and the benchmark times them. What they need to know of a layer is derived from its specification:
which of its arrays are parameters or running statistics, their shapes, and the words that a definition has for them.

definition.py   a list of tables, read into layers with complete arguments
models.py       the networks that have a name
plan.py         the shapes of all arrays, worked out and checked before anything is computed
parameters.py   parameters and running statistics of a layer, derived from the roles of its arguments
wiring.py       how a layer with several inputs, or none, is called within a chain
axes.py         lengths of symbolic axes
errors.py       what is wrong with a chain
"""

from layerproof.chain.definition import Layers, flattened
from layerproof.chain.errors import ChainError
from layerproof.chain.plan import ChainLayer, plan_chain
from layerproof.chain.wiring import wiring_of

__all__ = ["ChainError", "ChainLayer", "Layers", "flattened", "plan_chain", "wiring_of"]
