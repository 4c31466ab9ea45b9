"""What is compiled: for each layer its loops, and the micro-kernels that they share.

    vectors.py      LLVM's vector instructions: the only place that knows what a processor has
    registers.py    the micro-kernels of products, whose sums stay in registers
    rows.py         the micro-kernels that work along a row: copy, relu, pool, transpose
    moments.py      the micro-kernels of the norms: sums of deviations, and what is made of them
    elementary.py   the exponential, and the micro-kernels of gelu
    softmax_rows.py the micro-kernels of softmax's rows
    draws.py        the micro-kernel of random numbers
    products.py     matrix products put together from them
    <layer>.py      the loops of a layer over images and threads; conv2d has two more, columns.py and sparse.py

These modules import Numba; ``_compile.py`` imports them when a layer is first called.

Numba keeps what it compiles in __pycache__ and makes it anew when the file of a function changes, but not when another
file does that the function calls: after a change of any but a layer's own, delete _compiled/__pycache__.
"""
