"""A batch asked for by a user's script, which no worker runs again, and by policies with rules of the user's own."""

import pickle
import subprocess
import sys
from multiprocessing import spawn

import pandas as pd
import pytest

import realign as ra
from realign.running import run_to_folder
from realign.running.workers import _apart_from_the_script

RULE = """
import realign as ra

@ra.rule
def {name}(situation):
    return {proposal}

print(ra.batch(["small.toml"], futures=300, out="out", threads=2, quiet=True))
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


SMALL = """
schema = 1
name = "Small"
weeks = 30
futures = 300
seed = 3
[[unit]]
name = "All"
people = 3
[[objective]]
name = "Bread"
start = 10
fade = 20
[[objective]]
name = "Cake"
start = 40
fade = 30
[[policy]]
name = "Own"
rule = "by_hunger"
review_every = 4
[[policy]]
name = "Fixed"
rule = "static"
"""


def run(folder, script):
    """Run a script, as a user would, from the folder it lies in; what it printed."""
    (folder / "script.py").write_text(script)
    done = subprocess.run([sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_a_script_needs_no_guard_and_its_rule_is_asked_in_the_workers(folder):
    said = run(folder, RULE.format(name="by_hunger", proposal="situation.reach + 0.2 * situation.perceived"))
    assert "1 of 1" in said or "1 scenarios, 1 played" in said, said

    @ra.rule
    def by_hunger(situation):
        return situation.reach + 0.2 * situation.perceived

    run_to_folder(ra.load(folder / "small.toml"), out=folder / "here")
    there, here = (pd.read_parquet(folder / place / "outcomes.parquet") for place in ("out/small", "here"))
    pd.testing.assert_frame_equal(there, here, check_exact=True)
    decided = here[here.policy == "Own"].decisions
    assert (decided > 0).all(), "a rule that is never asked would prove nothing"


def test_a_rule_that_fails_in_a_worker_is_named_with_its_line(folder):
    said = run(folder, RULE.format(name="by_hunger", proposal="situation.reach[:1]"))
    assert "0 played" in said
    told = (folder / "out" / "overview.html").read_text()
    assert "script.py:6" in told and "by_hunger" in told


def test_while_workers_start_the_script_is_hidden_from_them_and_from_nobody_else(monkeypatch):
    script = sys.modules["__main__"]
    monkeypatch.setattr(script, "__file__", "/somewhere/script.py", raising=False)
    monkeypatch.setattr(script, "__spec__", None)
    monkeypatch.setattr(script, "Mine", type("Mine", (), {"__module__": "__main__"}), raising=False)
    assert "init_main_from_path" in spawn.get_preparation_data("worker")
    with _apart_from_the_script():
        told = spawn.get_preparation_data("worker")
        assert not {"init_main_from_path", "init_main_from_name"} & told.keys()
        assert pickle.loads(pickle.dumps(script.Mine)) is script.Mine
    assert script.__file__ == "/somewhere/script.py"
