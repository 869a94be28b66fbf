"""A user's own decision rule, compiled by itself and called by the kernel at its address.

Stage: model. In: a Python function of a `Situation` that returns effort shares. Out: an entry in the table of rules.
Idea: the kernel knows one signature, numbers in and a proposal out, and calls whatever stands at the address that the
policy's table gives. So a new rule compiles in a second and the kernel not at all. The rule is compiled with checked
bounds and Python's errors; where it fails, the kernel stops, and Python runs the rule once more on what it saw, to
name the line.

    @ra.rule
    def by_need(situation):
        return situation.hold + 0.1 * situation.perceived

    ra.run(scenario.replace("policy.Annual plan.rule", "by_need"))
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from typing import Any

from numpy import ndarray

from realign.errors import UsageError
from realign.model.compiled import compiled, numba
from realign.scenario.own_rules import OwnRule, Situation, own_rule, own_rules, register

SCALARS = 4
_FIELDS = len(Situation._fields) - SCALARS
_UNPACKED: dict[bytes, OwnRule] = {}  # the rules that have come from or gone to other processes
_RAISED, _LENGTH, _INVALID, _NOTHING = 1, 2, 3, 4  # how an own rule can fail


def room_of(objectives: int) -> int:
    """Numbers that a situation takes."""
    return SCALARS + _FIELDS * objectives


def situation_of(numbers: ndarray) -> Situation:
    """The situation that the kernel wrote down."""
    scalars, rows = numbers[:SCALARS], numbers[SCALARS:].reshape(_FIELDS, -1)
    return Situation(int(scalars[0]), int(scalars[1]), float(scalars[2]), float(scalars[3]), *rows)


def rule(function: Callable[[Situation], Any]) -> OwnRule:
    """Make a function of a `Situation` a decision rule that policies can name; it is compiled at once.

    It gives one number per objective, from 0 up: the shares of effort that leadership would wish for. The function
    must be of the kind that numba compiles: numbers, arrays, loops.
    """
    if not inspect.isfunction(function) or len(inspect.signature(function).parameters) != 1:
        raise UsageError("a rule is a function of one argument: @ra.rule above `def my_rule(situation):`")
    made = OwnRule(function)
    if numba.config.DISABLE_JIT:
        made.address = len(own_rules()) + 1
    else:
        made.door = _compile(function)
        made.address = int(made.door.address)
    register(made)
    return made


def address_of(name: str) -> int:
    """Where the machine code of a rule begins."""
    return own_rule(name).address


def packed(name: str) -> bytes:
    """A rule as it travels to another process, by value: machine code stays where it was made."""
    from numba import cloudpickle

    made = own_rule(name)
    code: bytes = cloudpickle.dumps(made.function)
    _UNPACKED[code] = made
    return code


def unpacked(code: bytes) -> OwnRule:
    """The rule that was packed so; in a process that does not have it, it is compiled, once."""
    if code not in _UNPACKED:
        from numba import cloudpickle

        _UNPACKED[code] = rule(cloudpickle.loads(code))
    return _UNPACKED[code]


def failure(name: str, here: Any, futures: ndarray) -> str:
    """What went wrong in an own rule, from what the kernel left in `here`, with the line in which it did."""
    where = f"future {int(futures[here.fault[2]])}, week {int(here.fault[3])}"
    try:
        own_rule(name)(situation_of(here.situation))
    except UsageError as error:
        return f"{error} ({where})"
    return f'rule "{name}" failed compiled, but not in Python ({where}); it may read beyond an array'


# ---- the door between the kernel and a rule


def _compile(function: Callable[[Situation], Any]) -> Any:
    """Machine code with the one signature that the kernel calls."""
    inner = numba.njit(error_model="python", boundscheck=True)(function)
    types = numba.types
    fields = _FIELDS

    def door(numbers: Any, proposal: Any, K: Any) -> Any:
        x = numba.carray(numbers, SCALARS + fields * K)
        out = numba.carray(proposal, K)
        a = SCALARS
        try:
            shares = inner(
                Situation(
                    int(x[0]), int(x[1]), x[2], x[3], x[a : a + K], x[a + K : a + 2 * K], x[a + 2 * K : a + 3 * K],
                    x[a + 3 * K : a + 4 * K], x[a + 4 * K : a + 5 * K], x[a + 5 * K : a + 6 * K],
                    x[a + 6 * K : a + 7 * K], x[a + 7 * K : a + 8 * K], x[a + 8 * K : a + 9 * K],
                    x[a + 9 * K : a + 10 * K],
                )
            )  # fmt: skip
        except Exception:  # compiled code cannot say more; Python runs the rule again, see `failure`
            return 1
        if len(shares) != K:
            return 2
        total = 0.0
        for k in range(K):
            share = shares[k]
            if not (share >= 0.0 and share < math.inf):
                return 3
            out[k] = share
            total += share
        if total <= 0.0:
            return 4
        for k in range(K):
            out[k] /= total
        return 0

    pointer = types.CPointer(types.float64)
    try:
        return numba.cfunc(types.int64(pointer, pointer, types.int64))(door)
    except numba.core.errors.NumbaError as error:
        raise UsageError(_why(function, str(error))) from error


def _why(function: Callable[[Situation], Any], text: str) -> str:
    """What the compiler says about a rule, and the line that it says it of."""
    file, first = function.__code__.co_filename, function.__code__.co_firstlineno
    try:
        lines = inspect.getsource(function).splitlines()
    except OSError:
        lines = []
    told = [part.strip() for part in text.splitlines() if part.strip()]
    told = [part for part in told if not part.startswith(("Failed in", "File ", "During", "<source"))]
    reason = re.sub(r"\bFunction\(<built-in function (\w+)>\)", r'"\1"', told[0] if told else "no reason was given")
    if "found for signature" in reason and len(told) > 1:
        reason = f"{reason.removesuffix(' for signature:')} for {told[1].removeprefix('>>> ')}"
    reason = re.sub(r" of type Situation\(.*", f"; a situation has {', '.join(Situation._fields)}", reason)
    own = [int(n) for n in re.findall(re.escape(file) + r" \((\d+)\)", text) if first < int(n) <= first + len(lines)]
    named = re.search(r"name '(\w+)' is not defined", reason)
    if not own and named:
        own = [first + n for n, line in enumerate(lines) if re.search(rf"\b{named.group(1)}\b", line)]
    at = own[0] if own else first
    source = lines[at - first].strip() if lines else ""
    return f'{file}:{at}: rule "{function.__name__}": {source}: cannot be compiled: {reason[:400]}'


if numba.config.DISABLE_JIT:

    def call_rule(address: Any, numbers: Any, proposal: Any) -> Any:
        """Ask the rule at an address, uncompiled; its status: 0, or why it failed."""
        made = next(made for made in own_rules() if made.address == address)
        try:
            proposal[:] = made(situation_of(numbers))
        except UsageError:
            return _RAISED
        return 0

else:
    from llvmlite import ir
    from numba.core import types as _types
    from numba.extending import intrinsic as _typed_intrinsic

    intrinsic: Any = _typed_intrinsic

    @intrinsic
    def _jump(typing_context, address, numbers, proposal, size):
        """Call the C function at an address."""

        def generate(context, builder, signature, args):
            pointers = [
                context.make_array(kind)(context, builder, value).data
                for kind, value in zip(signature.args[1:3], args[1:3])
            ]
            word = ir.IntType(64)
            kind = ir.FunctionType(word, [pointers[0].type, pointers[1].type, word])
            return builder.call(builder.inttoptr(args[0], kind.as_pointer()), [*pointers, args[3]])

        return _types.int64(_types.int64, numbers, proposal, _types.int64), generate

    @compiled
    def call_rule(address: Any, numbers: Any, proposal: Any) -> Any:
        """Ask the rule at an address; its status: 0, or why it failed."""
        return _jump(address, numbers, proposal, proposal.shape[0])
