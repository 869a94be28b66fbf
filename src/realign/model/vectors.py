"""Packs of lanes in compiled code: how numba is taught numbers that are vectors of the processor.

Stage: model. In: numba's extension interface. Out: the functions that `lanes` hands on, for compiled code alone.
Idea: a `Pack` is LLVM's <n x double>, which every processor has in as many registers as it takes. Each operation is
one instruction of LLVM, exactly rounded lane by lane, so a pack gives the bits that its lanes would give alone. How
many lanes a pack has is a matter of speed: as many as leave registers for all that the code at hand has to remember.
"""

import operator
from collections.abc import Callable
from typing import Any, ClassVar

from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba.core import cgutils, types
from numba.core.imputils import lower_builtin
from numba.core.typing import signature
from numba.core.typing.templates import ConcreteTemplate, infer_global
from numba.extending import intrinsic, models, register_model

_ROOMY = bool(get_host_cpu_features().get("avx512f"))  # 32 registers of 512 bits, else 16 of 256
WIDTH = 32 if _ROOMY else 16  # lanes of a pack: so many sums at once hide what an addition waits for
NARROW = 16 if _ROOMY else 8  # the same where a dozen packs are needed at once


class _Vector(types.Type):
    """So many of one kind of number."""

    def __init__(self, name: str, element: Any, llvm: Any, width: int) -> None:
        self.element, self.width, self.llvm = element, width, ir.VectorType(llvm, width)
        super().__init__(name=f"{name}{width}")


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, fe_type.llvm)


_WIDTHS = (NARROW, WIDTH)
_PACKS = {width: _Vector("Pack", types.float64, ir.DoubleType(), width) for width in _WIDTHS}
_WORDS = {width: _Vector("Words", types.uint64, ir.IntType(64), width) for width in _WIDTHS}
_MASKS = {width: _Vector("Mask", types.boolean, ir.IntType(1), width) for width in _WIDTHS}


def _broadcast(context: Any, builder: Any, value: Any, kind: Any, vector: Any) -> Any:
    """A value of type `kind` as a vector: itself, or a number in all lanes."""
    if kind is vector:
        return value
    number = context.cast(builder, value, kind, vector.element)
    one = builder.insert_element(ir.Constant(vector.llvm, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), vector.width), [0] * vector.width)
    return builder.shuffle_vector(one, ir.Constant(vector.llvm, ir.Undefined), zeros)


def _pairs(vector: Any) -> list[tuple[Any, Any]]:
    return [(vector, vector), (vector, vector.element), (vector.element, vector)]


def _binary(function: Any, vector: Any, result: Any, build: Callable) -> None:
    """Teach numba an operator of two vectors, or of a vector and a number."""
    cases = [signature(result, *pair) for pair in _pairs(vector)]
    infer_global(function)(type("Operator", (ConcreteTemplate,), {"cases": cases}))
    for left, right in _pairs(vector):

        def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            a, b = (_broadcast(context, builder, x, kind, vector) for x, kind in zip(args, sig.args))
            return build(builder, a, b)

        lower_builtin(function, left, right)(lower)


for _width in _WIDTHS:
    _pack, _words, _mask = _PACKS[_width], _WORDS[_width], _MASKS[_width]
    for _function, _name in ((operator.add, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul"),
                             (operator.truediv, "fdiv")):  # fmt: skip
        _binary(_function, _pack, _pack, lambda b, x, y, name=_name: getattr(b, name)(x, y))
    for _function, _sign in ((operator.lt, "<"), (operator.le, "<="), (operator.gt, ">"), (operator.ge, ">="),
                             (operator.eq, "==")):  # fmt: skip
        _binary(_function, _pack, _mask, lambda b, x, y, sign=_sign: b.fcmp_ordered(sign, x, y))
    for _function, _name in ((operator.add, "add"), (operator.sub, "sub"), (operator.mul, "mul"),
                             (operator.and_, "and_"), (operator.or_, "or_"), (operator.xor, "xor"),
                             (operator.lshift, "shl"), (operator.rshift, "lshr")):  # fmt: skip
        _binary(_function, _words, _words, lambda b, x, y, name=_name: getattr(b, name)(x, y))
    _binary(operator.eq, _words, _mask, lambda b, x, y: b.icmp_unsigned("==", x, y))
    for _function, _name in ((operator.and_, "and_"), (operator.or_, "or_")):
        _binary(_function, _mask, _mask, lambda b, x, y, name=_name: getattr(b, name)(x, y))
both = operator.and_


@infer_global(operator.neg)
class _Negative(ConcreteTemplate):
    cases: ClassVar = [signature(kind, kind) for kind in _PACKS.values()]


def _negate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fsub(ir.Constant(args[0].type, [-0.0] * args[0].type.count), args[0])


for _pack in _PACKS.values():
    lower_builtin(operator.neg, _pack)(_negate)


def _kind(array: Any, width: int) -> Any:
    """The vector that holds so many numbers of an array."""
    return (_PACKS if array.dtype == types.float64 else _WORDS)[width]


def _pointer(context: Any, builder: Any, kind: Any, array: Any, index: Any, items: Any, width: int) -> Any:
    """Address of the first lane of a vector."""
    view = context.make_array(kind)(context, builder, array)
    *front, t = cgutils.unpack_tuple(builder, index)
    front = [context.cast(builder, x, items, types.intp) for x in front]
    lane = builder.mul(context.cast(builder, t, items, types.intp), ir.Constant(ir.IntType(64), width))
    pointer = cgutils.get_item_pointer(context, builder, kind, view, [*front, lane], wraparound=False)
    return builder.bitcast(pointer, _kind(kind, width).llvm.as_pointer())


def _getting(width: int) -> Any:
    @intrinsic
    def take(typingctx, array, index):
        def code(context, builder, sig, args):
            array, index = sig.args
            found = builder.load(_pointer(context, builder, array, args[0], args[1], index.dtype, width))
            found.align = 8
            return found

        return signature(_kind(array, width), array, index), code

    return take


def _putting(width: int) -> Any:
    @intrinsic
    def place(typingctx, array, index, value):
        vector = _kind(array, width)

        def code(context, builder, sig, args):
            array, index, kind = sig.args
            value = _broadcast(context, builder, args[2], kind, vector)
            builder.store(value, _pointer(context, builder, array, args[0], args[1], index.dtype, width)).align = 8
            return context.get_dummy_value()

        return signature(types.none, array, index, value if value is vector else vector.element), code

    return place


get, get_narrow = _getting(WIDTH), _getting(NARROW)
put, put_narrow = _putting(WIDTH), _putting(NARROW)


@intrinsic
def pack(typingctx, value):
    """The same number in all lanes."""

    def code(context, builder, sig, args):
        return _broadcast(context, builder, args[0], sig.args[0], sig.return_type)

    return signature(_PACKS[WIDTH], types.float64), code


def _casting(sources: Any, targets: Any) -> Any:
    """Reinterpret the bits of a number or of a vector."""

    @intrinsic
    def cast(typingctx, value):
        source, target = sources[WIDTH].element, targets[WIDTH].element
        if isinstance(value, _Vector):
            source, target = value, targets[value.width]
        into = _in_llvm(target)

        def code(context, builder, sig, args):
            return builder.bitcast(args[0], into)

        return signature(target, source), code

    return cast


def _in_llvm(kind: Any) -> Any:
    """The type in LLVM of a vector, of a float or of a word."""
    if isinstance(kind, _Vector):
        return kind.llvm
    return ir.DoubleType() if kind is types.float64 else ir.IntType(64)


bits, floats = _casting(_PACKS, _WORDS), _casting(_WORDS, _PACKS)


def _wider(*kinds: Any) -> Any:
    """The pack among these types; else one number."""
    return next((kind for kind in kinds if isinstance(kind, _Vector)), types.float64)


def _numbers(*kinds: Any) -> list[Any]:
    """Types as they are if they are packs; everything else as a float."""
    return [kind if isinstance(kind, _Vector) else types.float64 for kind in kinds]


def _alike(context: Any, builder: Any, values: Any, kinds: Any, wanted: Any) -> list[Any]:
    """Values as numbers, or as packs, whichever is wanted."""
    if isinstance(wanted, _Vector):
        return [_broadcast(context, builder, value, kind, wanted) for value, kind in zip(values, kinds)]
    return [context.cast(builder, value, kind, types.float64) for value, kind in zip(values, kinds)]


def _selecting(sign: str) -> Any:
    @intrinsic
    def pick(typingctx, a, b):
        wider = _wider(a, b)

        def code(context, builder, sig, args):
            x, y = _alike(context, builder, args, sig.args, wider)
            return builder.select(builder.fcmp_ordered(sign, x, y), x, y)

        return signature(wider, *_numbers(a, b)), code

    return pick


least, most = _selecting("<"), _selecting(">")


@intrinsic
def choose(typingctx, mask, a, b):
    """a where the mask holds, b elsewhere."""
    wider = _PACKS[mask.width] if isinstance(mask, _Vector) else types.float64

    def code(context, builder, sig, args):
        x, y = _alike(context, builder, args[1:], sig.args[1:], wider)
        return builder.select(args[0], x, y)

    return signature(wider, mask, *_numbers(a, b)), code


def _call(builder: Any, name: str, kind: Any, args: Any) -> Any:
    """Call an instruction that LLVM knows by a name, on numbers or on packs."""
    suffix = f"v{kind.width}f64" if isinstance(kind, _Vector) else "f64"
    declared = ir.FunctionType(args[0].type, [args[0].type] * len(args))
    return builder.call(cgutils.get_or_insert_function(builder.module, declared, f"{name}.{suffix}"), args)


def _unary(name: str) -> Any:
    @intrinsic
    def apply(typingctx, x):
        wider = _wider(x)

        def code(context, builder, sig, args):
            return _call(builder, name, wider, args)

        return signature(wider, wider), code

    return apply


root, magnitude = _unary("llvm.sqrt"), _unary("llvm.fabs")


@intrinsic
def fused(typingctx, a, b, c):
    """a * b + c, rounded once: one instruction where there is one, else the C library's, with the same bits."""
    wider = _wider(a, b, c)

    def code(context, builder, sig, args):
        return _call(builder, "llvm.fma", wider, _alike(context, builder, args, sig.args, wider))

    return signature(wider, *_numbers(a, b, c)), code


@intrinsic
def any_of(typingctx, mask):
    """Whether it holds anywhere."""

    def code(context, builder, sig, args):
        whole = builder.bitcast(args[0], ir.IntType(mask.width))
        return builder.icmp_unsigned("!=", whole, ir.Constant(whole.type, 0))

    return signature(types.boolean, mask), code
