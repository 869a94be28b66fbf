"""Records by reference: how a step of the kernel gets hold of many arrays at the price of one pointer.

Stage: model. In: a named tuple of arrays, numbers and further named tuples. Out: in compiled code, a record with the
same fields, built once and handed on by its address; uncompiled, the named tuple itself.

Numba passes a named tuple by value, every field of every array apart, and counts references to each array that a
function takes from it. A record is an address on the stack of the function that called `refer`, which keeps the arrays
alive for as long as the record can be used, so nothing is counted: code with thousands of arguments, which takes
minutes to compile, becomes code with a few.
"""

from typing import Any

from realign.model.compiled import numba

if numba.config.DISABLE_JIT:

    def refer(fields: Any) -> Any:
        """The named tuple itself."""
        return fields

else:
    from llvmlite import ir
    from numba.core import cgutils, types
    from numba.core.imputils import lower_getattr_generic
    from numba.core.typing import signature
    from numba.core.typing.templates import AttributeTemplate, infer_getattr
    from numba.extending import intrinsic, models, register_model

    class Record(types.Type):
        """The type of a record: the names and types of its fields."""

        def __init__(self, fields: dict[str, Any]) -> None:
            self.fields = fields
            super().__init__(name=f"Record({fields})")

    @register_model(Record)
    class _RecordModel(models.OpaqueModel):
        """An address."""

    @infer_getattr
    class _RecordFields(AttributeTemplate):
        key = Record

        def generic_resolve(self, value: Any, attr: str) -> Any:  # type: ignore[override]
            return value.fields.get(attr)

    def _layout(context: Any, record: Record) -> Any:
        return ir.LiteralStructType([context.get_value_type(kind) for kind in record.fields.values()])

    @lower_getattr_generic(Record)
    def _read(context: Any, builder: Any, record: Any, address: Any, field: str) -> Any:
        place = builder.bitcast(address, _layout(context, record).as_pointer())
        value = builder.load(cgutils.gep_inbounds(builder, place, 0, list(record.fields).index(field)))
        if not isinstance(record.fields[field], types.Array):
            return value
        for owner in range(2):  # an array's first two words, meminfo and parent, own its memory: here nobody does
            value = builder.insert_value(value, ir.Constant(value.type.elements[owner], None), owner)
        return value

    def _is_named(kind: Any) -> bool:
        return isinstance(kind, types.BaseNamedTuple)

    def _record_type(kind: Any) -> Any:
        """The type of the record of a named tuple; everything else stays what it is."""
        if not _is_named(kind):
            return kind
        return Record({name: _record_type(each) for name, each in zip(kind.fields, kind.types)})

    def _build(context: Any, builder: Any, kind: Any, value: Any) -> Any:
        """A named tuple, with those in it, on the stack; everything else as it is."""
        if not _is_named(kind):
            return value
        record = _record_type(kind)
        place = cgutils.alloca_once(builder, _layout(context, record))
        for n, each in enumerate(kind.types):
            field = _build(context, builder, each, builder.extract_value(value, n))
            builder.store(field, cgutils.gep_inbounds(builder, place, 0, n))
        return builder.bitcast(place, context.get_value_type(record))

    @intrinsic
    def refer(typingctx, fields):
        """The record of a named tuple, valid until the function that asked for it returns."""

        def code(context, builder, sig, args):
            return _build(context, builder, sig.args[0], args[0])

        return signature(_record_type(fields), fields), code
