"""The compiled kernel: the bits of the uncompiled one, a cache that is never stale, and one compilation for all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from worlds import EVERYTHING, same_bits, world

import realign
import realign.model.compiled as compiling
from realign.model import build_plan, play_block
from realign.model.block import _room_for_signals, room_for_arrivals
from realign.model.here import scratch
from realign.model.state import opening
from realign.scenario import parse

WEEKS, FUTURES, SEED = 14, 3, 5

UNCOMPILED = f"""
import sys
import numpy as np
from realign.model import build_plan, play_block
from realign.model.philox import philox
from realign.scenario import parse
assert not hasattr(philox, "py_func"), "this must run uncompiled"
scenario = parse(open(sys.argv[1]).read())
plan = build_plan(scenario, force=scenario.stress("Storm").force)
with np.errstate(all="ignore"):  # unsigned arithmetic wraps, and 0 / 0 is NaN, as when compiled
    block = play_block(plan, seed={SEED}, first=0, count={FUTURES}, events={FUTURES})
rows = np.array([[row[0], row[1], row[2], row[5]] for row in block.events])
np.savez(sys.argv[2], outcomes=block.outcomes, weekly=block.weekly, rows=rows)
"""


ABSENT = """
# All listen to each other alike, hear nothing from above and take all they hear and see at once; three of four come
# late. Who is not there hears, of nobody, nothing: a mixture of sum 0.
schema = 1
name = "Absent"
weeks = 14
communication = { half_life = 0, superior = 0 }
engagement = { disagreement = 0.5 }
objective = [{ name = "One" }, { name = "Two" }]
network = { kind = "complete" }
shock = [{ name = "Merger", rate = 4 }]
policy = [{ name = "Eyes open", autonomy = 0.4 }]
unit = [
    { name = "A", sensing_noise = 0 }, { name = "B", sensing_noise = 0, joins = { shock = "Merger" } },
    { name = "C", sensing_noise = 0, joins = { shock = "Merger" } }, { name = "D", sensing_noise = 0, joins = 13 },
]
[[stress]]
name = "Storm"
force = [{ shock = "Merger", week = 9 }]
"""


@pytest.mark.parametrize("text", [EVERYTHING.replace("weeks = 60", f"weeks = {WEEKS}"), ABSENT])
def test_the_uncompiled_kernel_gives_the_same_bits(text, tmp_path):
    (tmp_path / "scenario.toml").write_text(text)
    source = str(Path(realign.__file__).parents[1])
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": source}
    call = [sys.executable, "-c", UNCOMPILED, str(tmp_path / "scenario.toml"), str(tmp_path / "found.npz")]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = np.load(tmp_path / "found.npz")

    scenario = parse(text)
    plan = build_plan(scenario, force=scenario.stress("Storm").force)
    block = play_block(plan, seed=SEED, first=0, count=FUTURES, events=FUTURES)
    assert same_bits(found["outcomes"], block.outcomes)
    assert same_bits(found["weekly"], block.weekly)
    assert same_bits(found["rows"], np.array([[row[0], row[1], row[2], row[5]] for row in block.events]))
    kinds, happens = {row[3] for row in block.events}, {"strike", "joined"}
    if text is not ABSENT:
        happens |= {"warning", "recognised", "decision", "activated", "found", "adopted"}
    assert happens <= kinds and not np.isnan(block.weekly).any()


def fingerprint_of(folder):
    """The fingerprint that the module in this folder computes; it hashes the sources beside itself."""
    code = "import runpy, sys; print(runpy.run_path(sys.argv[1])['_fingerprint']())"
    environment = os.environ | {"REALIGN_CACHE_DIR": str(folder / "cache")}
    call = [sys.executable, "-c", code, str(folder / "compiled.py")]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def copied(tmp_path):
    sources = Path(compiling.__file__).parent
    shutil.copytree(sources, tmp_path / "model", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "model"


def test_an_unchanged_copy_has_the_same_fingerprint(copied):
    assert fingerprint_of(copied) == compiling._fingerprint() == compiling.CACHE_FOLDER.name


@pytest.mark.parametrize("name", ["week.py", "elementary.py", "tables.py", "compiled.py", "measure.py"])
def test_an_edited_byte_in_any_source_changes_the_cache_folder(copied, name):
    source = copied / name
    text = source.read_bytes()
    at = text.rindex(b"\n", 0, len(text) - 1)
    source.write_bytes(text[:at] + b" " + text[at:])  # one blank at the end of a line
    assert fingerprint_of(copied) != compiling._fingerprint()


def test_a_renamed_a_new_and_a_lost_source_change_the_cache_folder(copied):
    before = fingerprint_of(copied)
    (copied / "new.py").write_text("")
    new = fingerprint_of(copied)
    (copied / "new.py").rename(copied / "other.py")
    renamed = fingerprint_of(copied)
    (copied / "other.py").unlink()
    (copied / "measure.py").unlink()
    assert len({before, new, renamed, fingerprint_of(copied)}) == 4


def types_of(scenario, lanes):
    """The numba types of everything the kernel is called with, by name."""
    from numba import typeof

    plan = build_plan(scenario)
    records = {**plan.tables._asdict(), "here": scratch(plan.tables, lanes), "state": opening(plan.tables, lanes)}
    records["strikes"], records["signals"] = room_for_arrivals(plan, lanes, 10), _room_for_signals(plan, lanes, 10)
    return {f"{name}.{field}": str(typeof(value)) for name, record in records.items()
            for field, value in record._asdict().items()}  # fmt: skip


@pytest.mark.parametrize("lanes", [1, 2, 256])
def test_every_scenario_is_played_by_one_compilation(lanes):
    """An argument of another type or memory layout would have the kernel compiled anew, for a minute."""
    goals = [{"name": name} for name in ("Goal", "Zeal")]
    finds = [{"name": n, "objective": "Goal", "gain": 1, "difficulty": 1} for n in "AB"]
    plans = [{"name": n, "when": {"week": 0}} for n in "CD"]
    policies = [{"name": n, "contingencies": ["C"]} for n in "EF"]
    larger = world(objective=goals, opportunity=finds, contingency=plans, policy=policies)
    reference = types_of(world(), 2)
    for scenario in (larger, parse(EVERYTHING), world()):
        found = types_of(scenario, lanes)
        assert {name: (found[name], reference[name]) for name in found if found[name] != reference[name]} == {}


def test_going_on_is_played_by_the_same_compilation():
    from numba import typeof

    from realign.model import play_until
    from realign.model.state import copies_of

    plan = build_plan(parse(EVERYTHING))
    state = copies_of(play_until(plan, seed=1, futures=np.arange(2), week=3), 1)
    fresh = opening(plan.tables, 2)
    differing = {n for n in state._fields if typeof(getattr(state, n)) != typeof(getattr(fresh, n))}
    assert differing == set()


def test_results_do_not_depend_on_the_folder_of_the_cache(tmp_path):
    """A kernel compiled afresh elsewhere would be slow to test; that its folder is honoured is enough."""
    code = "import json; from realign.model.compiled import CACHE_FOLDER as f; print(json.dumps(str(f)))"
    source = str(Path(realign.__file__).parents[1])
    environment = os.environ | {"REALIGN_CACHE_DIR": str(tmp_path), "PYTHONPATH": source}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert Path(json.loads(done.stdout)).parent == tmp_path
