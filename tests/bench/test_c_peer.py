"""The C peer is the kernel's model written out by hand: it must reach the kernel's numbers to be its yardstick."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from realign.model import Plan, build_plan, play_block
from realign.model.rules import OWN
from realign.scenario import load

sys.path.insert(0, str(Path(__file__).parents[2]))
from bench.agreement import differing

from bench import c_peer

ROOT = Path(__file__).parents[2]
needs_gcc = pytest.mark.skipif(c_peer.compiler() is None, reason="the C peer is compiled by gcc, which is not here")
BUNDLED = sorted(path.stem for path in (ROOT / "scenarios").glob("*.toml"))
FUTURES = 37  # neither a whole tile of lanes nor a whole group of the kernel's


def plan_of(name: str, *, forced: bool = False) -> Plan:
    path = Path(__file__).parent / "everything.toml" if name == "everything" else ROOT / "scenarios" / f"{name}.toml"
    scenario = load(path)
    return build_plan(scenario, force=scenario.stresses[0].force if forced else ())


@needs_gcc
@pytest.mark.parametrize("name", ["everything", *BUNDLED])
def test_kernel_and_c_peer_agree_on_every_measure_and_weekly_series(name):
    plan = plan_of(name)
    kernel = play_block(plan, seed=3, first=0, count=FUTURES)
    peer = c_peer.play(plan, seed=3, first=0, count=FUTURES)
    assert not differing(kernel.outcomes, peer.outcomes).any()
    assert np.allclose(kernel.weekly, peer.weekly, rtol=1e-8, atol=1e-9)


@needs_gcc
def test_kernel_and_c_peer_agree_on_forced_shocks_of_later_futures():
    plan = plan_of("everything", forced=True)
    kernel = play_block(plan, seed=5, first=1000, count=FUTURES)
    assert not differing(kernel.outcomes, c_peer.play(plan, seed=5, first=1000, count=FUTURES).outcomes).any()


@needs_gcc
def test_futures_of_the_c_peer_depend_neither_on_threads_nor_on_what_is_played_beside_them():
    peer = c_peer.Peer(plan_of("everything"))
    alone = peer.play(seed=1, first=10, count=FUTURES).outcomes
    beside = peer.play(seed=1, first=0, count=10 + FUTURES, threads=2).outcomes[:, :, 10:]
    assert np.array_equal(alone, beside, equal_nan=True)


@needs_gcc
def test_another_seed_gives_other_futures_in_the_c_peer():
    peer = c_peer.Peer(plan_of("everything"))
    assert not np.allclose(
        peer.play(seed=1, first=0, count=8).outcomes[:, 0], peer.play(seed=2, first=0, count=8).outcomes[:, 0]
    )


@needs_gcc
def test_fused_multiply_adds_do_not_part_the_c_peer_from_the_kernel():
    plan = plan_of("everything")
    fused = c_peer.Peer(plan, flags=c_peer.FUSED).play(seed=3, first=0, count=FUTURES).outcomes
    assert not differing(play_block(plan, seed=3, first=0, count=FUTURES).outcomes, fused).any()


def test_a_plan_with_a_rule_of_the_user_s_own_is_refused_by_the_c_peer_in_words():
    plan = plan_of("everything")
    own = plan.tables.policies._replace(rule=np.full(len(plan.policies), OWN))
    asked = replace(plan, tables=plan.tables._replace(policies=own), rules=("mine.py:rule",) * len(plan.policies))
    with pytest.raises(c_peer.Refused, match=r"no rule of the user's own \(mine\.py:rule"):
        c_peer.check(asked)


@pytest.mark.parametrize("table, field", [("shocks", "severity_lift"), ("policies", "watch_from")])
def test_tables_that_only_rare_event_methods_make_are_refused_by_the_c_peer(table, field):
    plan = plan_of("bakery")
    old = getattr(plan.tables, table)
    wider = old._replace(**{field: np.zeros((len(getattr(old, field)), 3))})
    with pytest.raises(c_peer.Refused, match="the C peer has no"):
        c_peer.check(replace(plan, tables=plan.tables._replace(**{table: wider})))
