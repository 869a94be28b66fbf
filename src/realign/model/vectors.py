"""Packs of lanes in compiled code: how numba is taught numbers that are vectors of the processor.

Stage: model. In: numba's extension interface. Out: the functions that `lanes` hands on, for compiled code alone.
Idea: a `Pack` is LLVM's <WIDTH x double>, which every processor has in as many registers as it takes. Each operation is
one instruction of LLVM, exactly rounded lane by lane, so a pack gives the bits that its lanes would give alone.
"""

import operator
from collections.abc import Callable
from typing import Any, ClassVar

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import lower_builtin
from numba.core.typing import signature
from numba.core.typing.templates import ConcreteTemplate, infer_global
from numba.extending import intrinsic, models, register_model

WIDTH = 32  # lanes of a pack: four registers of 512 bits or eight of 256, so many sums hide what an addition waits for


class _Vector(types.Type):
    """WIDTH of one kind of number."""


class _PackType(_Vector):
    element, llvm = types.float64, ir.VectorType(ir.DoubleType(), WIDTH)


class _WordsType(_Vector):
    element, llvm = types.uint64, ir.VectorType(ir.IntType(64), WIDTH)


class _MaskType(_Vector):
    element, llvm = types.boolean, ir.VectorType(ir.IntType(1), WIDTH)


PACK, WORDS, MASK = _PackType("Pack"), _WordsType("Words"), _MaskType("Mask")


@register_model(_PackType)
@register_model(_WordsType)
@register_model(_MaskType)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, fe_type.llvm)


def _broadcast(context: Any, builder: Any, value: Any, kind: Any, vector: Any) -> Any:
    """A value of type `kind` as a vector: itself, or a number in all lanes."""
    if kind is vector:
        return value
    number = context.cast(builder, value, kind, vector.element)
    one = builder.insert_element(ir.Constant(vector.llvm, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
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


for _function, _name in ((operator.add, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul"),
                         (operator.truediv, "fdiv")):  # fmt: skip
    _binary(_function, PACK, PACK, lambda b, x, y, name=_name: getattr(b, name)(x, y))
for _function, _sign in ((operator.lt, "<"), (operator.le, "<="), (operator.gt, ">"), (operator.ge, ">="),
                         (operator.eq, "==")):  # fmt: skip
    _binary(_function, PACK, MASK, lambda b, x, y, sign=_sign: b.fcmp_ordered(sign, x, y))
for _function, _name in ((operator.add, "add"), (operator.sub, "sub"), (operator.mul, "mul"),
                         (operator.and_, "and_"), (operator.or_, "or_"), (operator.xor, "xor"),
                         (operator.lshift, "shl"), (operator.rshift, "lshr")):  # fmt: skip
    _binary(_function, WORDS, WORDS, lambda b, x, y, name=_name: getattr(b, name)(x, y))
for _function, _name in ((operator.and_, "and_"), (operator.or_, "or_")):
    _binary(_function, MASK, MASK, lambda b, x, y, name=_name: getattr(b, name)(x, y))
both = operator.and_


@infer_global(operator.neg)
class _Negative(ConcreteTemplate):
    cases: ClassVar = [signature(PACK, PACK)]


@lower_builtin(operator.neg, PACK)
def _negate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fsub(ir.Constant(PACK.llvm, [-0.0] * WIDTH), args[0])


def _pointer(context: Any, builder: Any, kind: Any, array: Any, index: Any, items: Any) -> Any:
    """Address of the first lane of a pack."""
    view = context.make_array(kind)(context, builder, array)
    *front, t = cgutils.unpack_tuple(builder, index)
    front = [context.cast(builder, x, items, types.intp) for x in front]
    lane = builder.mul(context.cast(builder, t, items, types.intp), ir.Constant(ir.IntType(64), WIDTH))
    pointer = cgutils.get_item_pointer(context, builder, kind, view, [*front, lane], wraparound=False)
    vector = PACK if kind.dtype == types.float64 else WORDS
    return builder.bitcast(pointer, vector.llvm.as_pointer())


@intrinsic
def get(typingctx, array, index):
    """A pack of lanes of an array, index (..., t): the t-th pack."""

    def code(context, builder, sig, args):
        found = builder.load(_pointer(context, builder, sig.args[0], args[0], args[1], sig.args[1].dtype))
        found.align = 8
        return found

    return signature(PACK if array.dtype == types.float64 else WORDS, array, index), code


@intrinsic
def put(typingctx, array, index, value):
    """Store a pack, or one number in all lanes of a pack."""
    vector = PACK if array.dtype == types.float64 else WORDS

    def code(context, builder, sig, args):
        value = _broadcast(context, builder, args[2], sig.args[2], vector)
        pointer = _pointer(context, builder, sig.args[0], args[0], args[1], sig.args[1].dtype)
        builder.store(value, pointer).align = 8
        return context.get_dummy_value()

    return signature(types.none, array, index, value if value is vector else vector.element), code


def _spreading(vector: Any) -> Any:
    @intrinsic
    def spread(typingctx, value):
        def code(context, builder, sig, args):
            return _broadcast(context, builder, args[0], sig.args[0], vector)

        return signature(vector, vector.element), code

    return spread


pack, words = _spreading(PACK), _spreading(WORDS)


def _casting(source: Any, target: Any) -> Any:
    @intrinsic
    def cast(typingctx, value):
        many = value is source
        into = target.llvm if many else target.llvm.element

        def code(context, builder, sig, args):
            return builder.bitcast(args[0], into)

        return signature(target if many else target.element, source if many else source.element), code

    return cast


bits, floats = _casting(PACK, WORDS), _casting(WORDS, PACK)


def _wider(*kinds: Any) -> Any:
    """Pack if one of these types is; else one number."""
    return PACK if PACK in kinds else types.float64


def _alike(context: Any, builder: Any, values: Any, kinds: Any, wanted: Any) -> list[Any]:
    """Values as numbers, or as pack, whichever is wanted."""
    if wanted is PACK:
        return [_broadcast(context, builder, value, kind, PACK) for value, kind in zip(values, kinds)]
    return [context.cast(builder, value, kind, types.float64) for value, kind in zip(values, kinds)]


def _selecting(sign: str) -> Any:
    @intrinsic
    def pick(typingctx, a, b):
        wider = _wider(a, b)

        def code(context, builder, sig, args):
            x, y = _alike(context, builder, args, sig.args, wider)
            return builder.select(builder.fcmp_ordered(sign, x, y), x, y)

        return signature(wider, *(v if v is PACK else types.float64 for v in (a, b))), code

    return pick


least, most = _selecting("<"), _selecting(">")


@intrinsic
def choose(typingctx, mask, a, b):
    """a where the mask holds, b elsewhere."""
    wider = PACK if mask is MASK else types.float64

    def code(context, builder, sig, args):
        x, y = _alike(context, builder, args[1:], sig.args[1:], wider)
        return builder.select(args[0], x, y)

    return signature(wider, mask, *(v if v is PACK else types.float64 for v in (a, b))), code


def _unary(name: str) -> Any:
    @intrinsic
    def apply(typingctx, x):
        wider = _wider(x)

        def code(context, builder, sig, args):
            kind = ir.FunctionType(args[0].type, [args[0].type])
            suffix = f"v{WIDTH}f64" if wider is PACK else "f64"
            return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"{name}.{suffix}"), args)

        return signature(wider, wider), code

    return apply


root, magnitude = _unary("llvm.sqrt"), _unary("llvm.fabs")


@intrinsic
def any_of(typingctx, mask):
    """Whether it holds anywhere."""

    def code(context, builder, sig, args):
        whole = builder.bitcast(args[0], ir.IntType(WIDTH))
        return builder.icmp_unsigned("!=", whole, ir.Constant(ir.IntType(WIDTH), 0))

    return signature(types.boolean, MASK), code
