"""What is compiled: for each layer its loops, and the micro-kernels that they share.

    registers.py   the micro-kernels, in LLVM's vector types: the only place that knows of vectors
    products.py    matrix products put together from them
    <layer>.py     the loops of a layer over images and threads

These modules import Numba; ``_compile.py`` imports them when a layer is first called.

Numba keeps what it compiles in __pycache__ and makes it anew when the file of a function changes, but not when another
file does that the function calls: after a change of registers.py or products.py, delete _compiled/__pycache__.
"""
