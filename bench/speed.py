"""The kernel against its peers in NumPy and in C, and two threads against one.

Stage: bench. In: scenarios. Out: tables. All are checked to agree on many futures before any is timed. The NumPy peer
is timed at the number of futures at a time that suits it best of those tried, with the kernel's draws, which give the
same answers, and with NumPy's own generator, which is cheaper and by which the prediction is judged. The C peer,
compiled for this processor, is what could be had if all were written out by hand; without gcc it is left out.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench import c_peer
from bench.agreement import share_equal, share_equal_in_c
from bench.numpy_peer import play
from bench.timing import ROOT, Spread, in_turns, table
from realign.model import Desk, Plan, build_plan, play_block
from realign.scenario import load

SCENARIOS = {"bakery": (200, 2048), "tech_corporation": (200, 512)}  # futures checked, futures timed
AT_A_TIME = (64, 128, 256, 512, 1024)  # futures the peer may play at a time
PREDICTION = "the kernel does at least 10 times the unit-weeks of NumPy, and 2 threads at least 1.7 times those of one"
IN_C = {"C": c_peer.FLAGS, "C, fused": c_peer.FUSED}


def plan_of(name: str) -> Plan:
    """The plan of one of the project's scenarios."""
    return build_plan(load(ROOT / "scenarios" / f"{name}.toml"))


def best_for_the_peer(plan: Plan, limit: int) -> int:
    """How many futures at a time suit the peer best."""
    sizes = [size for size in AT_A_TIME if size <= limit]
    tasks = {str(size): lambda size=size: play(plan, seed=1, first=0, count=size, addressed=False) for size in sizes}
    seconds = in_turns(tasks, repeats=2)
    return min(sizes, key=lambda size: seconds[str(size)].median / size)


def on_threads(plan: Plan, threads: int, count: int) -> None:
    """Play `count` futures on some threads, as a run does: piece after piece on a desk of the thread's own."""
    local = threading.local()

    def play_piece(first: int) -> None:
        if not hasattr(local, "desk"):
            local.desk = Desk(plan)
        play_block(plan, seed=1, first=first, count=plan.lanes, desk=local.desk)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(play_piece, range(0, count, plan.lanes)))


def in_c(plan: Plan, count: int) -> dict[str, Callable[[], None]]:
    """Tasks that play `count` futures in C on one thread, in pieces as the kernel does, once it is known to agree."""
    if c_peer.compiler() is None:
        return {}
    peers = {name: c_peer.Peer(plan, flags=flags) for name, flags in IN_C.items()}

    def play_in_pieces(peer: c_peer.Peer) -> None:
        for first in range(0, count, plan.lanes):
            peer.play(seed=1, first=first, count=min(plan.lanes, count - first))

    return {name: partial(play_in_pieces, peer) for name, peer in peers.items()}


def hash_on_threads(threads: int) -> None:
    """The same shape of work without memory, to see how much of a second processor the machine has to give."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: hashlib.pbkdf2_hmac("sha256", b"", b"", 400_000), range(8)))


def measure_one(name: str, *, repeats: int) -> dict[str, Spread | float | int]:
    """All figures of one scenario."""
    checked, timed = SCENARIOS[name]
    plan = plan_of(name)
    equal = share_equal(plan, seed=1, count=checked)
    at_a_time, written_in_c = best_for_the_peer(plan, timed), in_c(plan, timed)
    equal_in_c = {name: share_equal_in_c(plan, seed=1, count=checked, flags=IN_C[name]) for name in written_in_c}
    seconds = in_turns(
        {
            "kernel": lambda: on_threads(plan, 1, timed),
            "peer": lambda: play(plan, seed=1, first=0, count=at_a_time, addressed=False),
            "addressed": lambda: play(plan, seed=1, first=0, count=at_a_time),
            **written_in_c,
        },
        repeats=repeats,
    )
    threads = in_turns(
        {
            "one": lambda: on_threads(plan, 1, 2 * timed),
            "two": lambda: on_threads(plan, 2, 2 * timed),
            "one hashing": lambda: hash_on_threads(1),
            "two hashing": lambda: hash_on_threads(2),
        },
        repeats=repeats,
        clock=time.perf_counter,
    )
    work = {"kernel": timed, "peer": at_a_time, "addressed": at_a_time, **dict.fromkeys(written_in_c, timed)}
    rates = {
        key: Spread(tuple(plan.unit_weeks * work[key] / s / 1e6 for s in seconds[key].values)) for key in work
    }
    return {
        "checked": checked, "equal": equal, "at a time": at_a_time, **rates,
        "ratio": rates["kernel"].over(rates["peer"]), "ratio addressed": rates["kernel"].over(rates["addressed"]),
        **{f"{name}, equal": share for name, share in equal_in_c.items()},
        **{f"{name} / kernel": rates[name].over(rates["kernel"]) for name in written_in_c},
        "threads": threads["one"].over(threads["two"]),
        "hashing": threads["one hashing"].over(threads["two hashing"]),
    }  # fmt: skip


def in_numbers(found: dict[str, Spread | float | int], key: str) -> str:
    """A figure, or that there was no compiler to get it with."""
    return f"{found[key]:.2f}" if key in found else "no gcc"


def in_percent(found: dict[str, Spread | float | int], key: str) -> str:
    """How many futures were checked, and the share of them that is equal."""
    return f"{found['checked']}, {found[key]:.1%}" if key in found else "no gcc"


def report(*, repeats: int) -> str:
    """The section of the results."""
    found = {name: measure_one(name, repeats=repeats) for name in SCENARIOS}
    lines = {
        "futures checked, of which equal": lambda f: f"{f['checked']}, {f['equal']:.1%}",
        "kernel, million unit-weeks a second": lambda f: f"{f['kernel']:.2f}",
        "NumPy, the same, its own draws": lambda f: f"{f['peer']:.2f}",
        "NumPy, the same, the kernel's draws": lambda f: f"{f['addressed']:.2f}",
        "futures NumPy plays at a time": lambda f: f"{f['at a time']}",
        "kernel / NumPy": lambda f: f"{f['ratio']:.1f}",
        "kernel / NumPy, same draws": lambda f: f"{f['ratio addressed']:.1f}",
        "two threads / one": lambda f: f"{f['threads']:.2f}",
        "two threads / one, hashing instead": lambda f: f"{f['hashing']:.2f}",
    }
    for name, words in {"C": "C", "C, fused": "C with fused multiply-adds"}.items():
        lines |= {
            f"{words}: futures checked, of which equal": lambda f, n=name: in_percent(f, f"{n}, equal"),
            f"{words}, million unit-weeks a second": lambda f, n=name: in_numbers(f, n),
            f"kernel time / {words} time, one thread": lambda f, n=name: in_numbers(f, f"{n} / kernel"),
        }
    rows = [[line, *(shown(f) for f in found.values())] for line, shown in lines.items()]
    slowest, same = (min(f[key].median for f in found.values()) for key in ("ratio", "ratio addressed"))
    threads = min(f["threads"].median for f in found.values())
    return (
        "## The kernel against NumPy and C\n\n"
        "Unit-weeks are units x weeks x policies x futures. Rates are by CPU time, threads are by the clock.\n"
        "Hashing needs no memory: what its two threads gain is what the machine, which others use, had to give.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: {slowest:.1f} times at least ({same:.1f} on the same draws), and "
        f"{threads:.2f} times: the first prediction {'held' if slowest >= 10 else 'failed'}, the second "
        f"{'held' if threads >= 1.7 else 'failed'}.\n\n"
        + table(["", *found], rows)
    )
