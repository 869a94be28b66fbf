"""The NumPy peer is a second witness: written from the description, it must reach the kernel's numbers."""

import sys
from pathlib import Path

import numpy as np
import pytest

from realign.model import build_plan, play_block
from realign.scenario import load, parse

sys.path.insert(0, str(Path(__file__).parents[2]))
from bench.agreement import disagreements
from bench.numpy_peer import play

EVERYTHING = load(Path(__file__).parent / "everything.toml")

RENEWED = """
schema = 1
name = "A plan is called again while it acts"
weeks = 30
futures = 64
seed = 2

[[unit]]
name = "Crew"
people = 3

[[objective]]
name = "Work"
target = 40
fade = 20
[[objective]]
name = "Rest"
target = 40
fade = 20

[[shock]]
name = "Storm"
rate = 2
severity = { dist = "fixed", value = 1 }
warning = { lead = 2, chance = 0.5, false_alarms = 20 }
effects = [{ on = "setback", objectives = ["Work"], size = 0.1 }]

[[contingency]]
name = "Shelter"
when = { warning = "Storm" }
after = 1
lasts = 3
strategy = { "Rest" = 1 }

[[policy]]
name = "Watch"
review_every = 8
contingencies = ["Shelter"]
"""


def activity(plan, seed, count):
    """Mean outcomes by measure, to show that the scenario exercises what it should."""
    outcomes = play_block(plan, seed=seed, first=0, count=count).outcomes
    present = np.where(np.isnan(outcomes), 0.0, outcomes)
    return dict(zip(plan.measures, present.mean(axis=(0, 2))))


@pytest.mark.parametrize("forced", [False, True], ids=["baseline", "stress"])
def test_the_kernel_and_its_numpy_peer_agree_on_every_measure_of_every_mechanism(forced):
    plan = build_plan(EVERYTHING, force=EVERYTHING.stresses[0].force if forced else ())
    assert disagreements(plan, seed=EVERYTHING.seed, count=32) == []


def test_the_common_ground_exercises_every_measure():
    means = activity(build_plan(EVERYTHING), EVERYTHING.seed, 32)
    idle = [name for name, mean in means.items() if mean == 0.0]
    assert idle == []
    assert 0.1 < means["ruined"] < 0.9


def test_a_wrong_seed_is_noticed():
    plan = build_plan(EVERYTHING)
    kernel = play_block(plan, seed=EVERYTHING.seed, first=0, count=8).outcomes
    peer = play(plan, seed=EVERYTHING.seed + 1, first=0, count=8)
    assert not np.allclose(kernel[:, 0], peer[:, 0], rtol=1e-9)


def test_a_plan_renewed_in_its_last_week_is_still_accounted_for():
    assert disagreements(build_plan(parse(RENEWED)), seed=2, count=64) == []
