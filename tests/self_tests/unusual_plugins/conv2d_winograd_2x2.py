"""Winograd's F(2x2, 3x3): 16 products for 4 outputs. Declines float64 and other kernels by returning None, stride
and more by signature."""

from _winograd import TILE_2, hooks

UNUSUAL = "fast algorithm: accurate in proportion to the norm of a tile"

conv2d_forward, conv2d_backward = hooks(TILE_2, ("float32",))
