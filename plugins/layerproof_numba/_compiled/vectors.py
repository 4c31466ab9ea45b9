"""Vector instructions of LLVM, as far as the micro-kernels need them.

LLVM translates a vector type for every processor: the width below only says what fits one register, so that the same
code runs with AVX-512, AVX2, SSE2 and NEON. Nothing here reads or writes outside of the rows it is given: the rest of a
row that fills no register is loaded and stored under a mask.

No fast-math: NaN and infinities go through as in the formula. Only the last addition of the lanes of a register with
each other is in an order of LLVM's choice.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.extending import intrinsic

_FEATURES = set(cpu_target.target_context.codegen().magic_tuple()[2].split(","))
MANY_REGISTERS = "+avx512vl" in _FEATURES or "+neon" in _FEATURES
BITS = ir.IntType(16)
"""A bit for each lane of a register."""
REGISTER_BYTES = 64 if "+avx512vl" in _FEATURES else 32 if "+avx" in _FEATURES else 16


@intrinsic
def item_bytes(typingctx, array):
    """The bytes of an element, known when this is compiled.

    ``array.itemsize`` is read from the array, and dividing by it for each line made max_pool2d 1.8 times slower.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return context.get_constant(types.intp, array.dtype.bitwidth // 8)

    return types.intp(array), emit


def _name(vector: Any) -> str:
    """LLVM's name of a vector type in the names of its functions."""
    kind, letter = vector.element, "i"
    width = kind.width if isinstance(kind, ir.IntType) else 32 if isinstance(kind, ir.FloatType) else 64
    if not isinstance(kind, ir.IntType):
        letter = "f"
    return f"v{vector.count}{letter}{width}"


class Emitter:
    """Writes instructions for vectors of one element type into the function that Numba is compiling."""

    def __init__(self, context: Any, builder: Any, element: Any) -> None:
        self.context, self.builder, self.numba_type = context, builder, element
        self.element = context.get_value_type(element)
        self.lanes = REGISTER_BYTES // (element.bitwidth // 8)
        self.vector = ir.VectorType(self.element, self.lanes)
        self.wide_vector = ir.VectorType(ir.DoubleType(), self.lanes)
        self.word = ir.IntType(64)

    def constant(self, value: int) -> Any:
        return ir.Constant(self.word, value)

    def data(self, array_type: Any, array: Any) -> Any:
        return self.context.make_array(array_type)(self.context, self.builder, array).data

    def at(self, data: Any, index: Any) -> Any:
        return self.builder.gep(data, [index])

    def zeros(self) -> Any:
        return ir.Constant(self.vector, None)

    def wide_zeros(self) -> Any:
        return ir.Constant(self.wide_vector, None)

    def bytes(self, value: int) -> Any:
        return ir.Constant(ir.VectorType(ir.IntType(8), self.lanes), [value] * self.lanes)

    def shuffled(self, one: Any, other: Any, order: list[int]) -> Any:
        """Lanes of two registers, those of the second counted on from the first."""
        return self.builder.shuffle_vector(one, other, ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order))

    def load(self, data: Any, index: Any, mask: Any = None, vector: Any = None) -> Any:
        vector = vector or self.vector
        where, alignment = self._place(data, index, vector)
        if mask is None:
            return self.builder.load(where, align=alignment.constant)
        kinds = [where.type, alignment.type, mask.type, vector]
        masked = self._function(f"llvm.masked.load.{_name(vector)}.p0", vector, kinds)
        nothing = ir.Constant(vector, None)
        return self.builder.call(masked, [where, alignment, mask, nothing])

    def store(self, value: Any, data: Any, index: Any, mask: Any = None) -> None:
        where, alignment = self._place(data, index, value.type)
        if mask is None:
            self.builder.store(value, where, align=alignment.constant)
            return
        kinds = [value.type, where.type, alignment.type, mask.type]
        masked = self._function(f"llvm.masked.store.{_name(value.type)}.p0", ir.VoidType(), kinds)
        self.builder.call(masked, [value, where, alignment, mask])

    def store_bits(self, bits: Any, data: Any, index: Any) -> None:
        """Store which lanes hold, as one number for the register that begins at this index of its array."""
        number = self.builder.bitcast(bits, ir.IntType(self.lanes))
        number = number if self.lanes == BITS.width else self.builder.zext(number, BITS)
        self.builder.store(number, self.at(data, self.builder.sdiv(index, self.constant(self.lanes))))

    def load_bits(self, data: Any, index: Any) -> Any:
        """Load what ``store_bits`` has stored for that index."""
        number = self.builder.load(self.at(data, self.builder.sdiv(index, self.constant(self.lanes))))
        number = number if self.lanes == BITS.width else self.builder.trunc(number, ir.IntType(self.lanes))
        return self.builder.bitcast(number, ir.VectorType(ir.IntType(1), self.lanes))

    def _place(self, data: Any, index: Any, vector: Any) -> tuple[Any, Any]:
        alignment = 1 if isinstance(vector.element, ir.IntType) else self.numba_type.bitwidth // 8
        where = self.builder.bitcast(self.at(data, index), vector.as_pointer())
        return where, ir.Constant(ir.IntType(32), alignment)

    def spread(self, scalar: Any) -> Any:
        nothing = ir.Constant(ir.VectorType(scalar.type, self.lanes), ir.Undefined)
        one = self.builder.insert_element(nothing, scalar, ir.Constant(ir.IntType(32), 0))
        return self.shuffled(one, one, [0] * self.lanes)

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        fused = self._function(f"llvm.fmuladd.{_name(a.type)}", a.type, [a.type] * 3)
        return self.builder.call(fused, [a, b, c])

    def constants(self, value: float, kind: Any = None) -> Any:
        """A number in every lane of this type."""
        kind = kind or self.vector
        return ir.Constant(kind, [value] * kind.count)

    def rotated(self, value: Any, bits: Any) -> Any:
        """Whole numbers turned to the right by so many bits."""
        turned = self._function(f"llvm.fshr.{_name(value.type)}", value.type, [value.type] * 3)
        return self.builder.call(turned, [value, value, bits])

    def total(self, value: Any) -> Any:
        kind = value.type
        added = self._function(f"llvm.vector.reduce.fadd.{_name(kind)}", kind.element, [kind.element, kind])
        zero = ir.Constant(kind.element, 0.0)
        return self.builder.call(added, [zero, value], fastmath=("reassoc",))

    def largest(self, value: Any) -> Any:
        """The largest of the lanes."""
        kind = value.type
        found = self._function(f"llvm.vector.reduce.fmax.{_name(kind)}", kind.element, [kind])
        return self.builder.call(found, [value])

    def wide(self, value: Any) -> Any:
        """The lanes in float64: as many, and so two registers of them for one of float32."""
        return value if self.element == ir.DoubleType() else self.builder.fpext(value, self.wide_vector)

    def narrow(self, value: Any) -> Any:
        """Such lanes rounded to the element type."""
        return value if self.element == ir.DoubleType() else self.builder.fptrunc(value, self.vector)

    def first(self, count: Any) -> Any:
        """The mask of the first ``count`` lanes, None for all."""
        if count is None:
            return None
        numbers = ir.Constant(ir.VectorType(self.word, self.lanes), list(range(self.lanes)))
        one = self.builder.insert_element(
            ir.Constant(numbers.type, ir.Undefined), count, ir.Constant(ir.IntType(32), 0)
        )
        return self.builder.icmp_signed("<", numbers, self.shuffled(one, one, [0] * self.lanes))

    def along(self, length: Any, body: Any) -> None:
        """Run ``body(index, rest)`` for each register along a row; rest: None, or the lanes it fills if not all."""
        builder, lanes = self.builder, self.constant(self.lanes)
        rest = builder.srem(length, lanes)
        whole = builder.sub(length, rest)
        with cgutils.for_range_slice(builder, self.constant(0), whole, lanes) as (index, _):
            body(index, None)
        with builder.if_then(builder.icmp_signed(">", rest, self.constant(0))):
            body(whole, rest)

    def _function(self, name: str, result: Any, parameters: list[Any]) -> Any:
        return cgutils.get_or_insert_function(self.builder.module, ir.FunctionType(result, parameters), name)
