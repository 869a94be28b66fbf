"""The peers that the kernel is timed against are the same model: they must reach its numbers, future by future."""

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from realign.model import build_plan, play_block
from realign.scenario import load, parse

sys.path.insert(0, str(Path(__file__).parents[2]))
from bench.agreement import differing
from bench.scaling import BASE, SIZES, organisation, slope

EVERYTHING = load(Path(__file__).parent / "everything.toml")
needs_mesa = pytest.mark.skipif(find_spec("mesa") is None, reason="Mesa is not installed (extra `bench`)")
needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed (extra `bench`)")


def differences(plan, outcomes, seed):
    """Policies and measures in which a peer's outcomes are not the kernel's."""
    kernel = play_block(plan, seed=seed, first=0, count=outcomes.shape[2]).outcomes
    return [(plan.policies[p], plan.measures[m]) for p, m in np.argwhere(differing(kernel, outcomes).any(axis=2))]


@needs_mesa
def test_the_mesa_peer_agrees_with_the_kernel_on_every_measure_of_every_mechanism():
    from bench.mesa_play import play

    plan = build_plan(EVERYTHING, force=EVERYTHING.stresses[0].force)
    assert differences(plan, play(plan, seed=5, first=0, count=4), 5) == []


@needs_mesa
def test_a_mesa_peer_on_another_seed_is_another_future():
    from bench.mesa_play import play

    plan = build_plan(EVERYTHING)
    assert (plan.policies[0], "value") in differences(plan, play(plan, seed=6, first=0, count=1), 5)


@needs_jax
def test_the_jax_peer_agrees_with_the_kernel_on_every_measure_of_every_mechanism():
    from bench.jax_peer import play

    plan = build_plan(EVERYTHING)
    assert differences(plan, play(plan, seed=5, first=0, count=16), 5) == []


@needs_jax
def test_the_jax_peer_says_what_it_does_not_have():
    from bench.jax_peer import refuse

    plan = build_plan(EVERYTHING)
    policies = plan.tables.policies
    later = plan.tables._replace(policies=policies._replace(review_origin=policies.review_origin + 3))
    plan.__dict__["tables"] = later
    with pytest.raises(NotImplementedError, match="reviews that count from a later week"):
        refuse(plan)


@pytest.mark.parametrize("axis", SIZES)
def test_scenarios_of_any_size_have_that_size(axis):
    for size in (SIZES[axis][0], SIZES[axis][-1]):
        sizes = {**BASE, axis: size}
        plan = build_plan(parse(organisation(**sizes)))
        ties = len(plan.tables.units.peer) // len(plan.units)
        found = (plan.weeks, len(plan.policies), ties, len(plan.units), len(plan.objectives))
        assert found == tuple(sizes[name] for name in ("weeks", "policies", "ties", "units", "objectives"))


def test_the_exponent_of_a_power_law_is_its_power():
    sizes = np.array([3.0, 10.0, 40.0])
    assert slope(sizes, 7.0 * sizes**1.3) == pytest.approx(1.3, abs=1e-12)
