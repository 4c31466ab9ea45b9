"""Winograd's F(4x4, 3x3): 36 products for 16 outputs, and several digits of a small output lost beside large ones."""

from _winograd import TILE_4, hooks

UNUSUAL = "fast algorithm: accurate in proportion to the norm of a tile"

conv2d_forward, conv2d_backward = hooks(TILE_4, ("float32", "float64"))
