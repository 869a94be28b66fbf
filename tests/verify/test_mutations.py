"""No case is idle: each misses its answer as soon as the engine has the fault that is named beside it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from mutations import MAKES_FAIL
from schemata import SOURCE, build, environment, mutated, place_of

from realign.verify import CASES

TRIAL = Path(__file__).with_name("trial.py")


def test_every_case_names_a_mutation_that_makes_it_fail_and_no_other_is_named():
    assert set(MAKES_FAIL) == set(CASES)


@pytest.mark.parametrize("name", MAKES_FAIL)
def test_the_mutation_stands_at_one_place_of_the_engine_and_changes_it(name):
    mutation = MAKES_FAIL[name]
    text = (SOURCE / mutation.file).read_text(encoding="utf-8")
    begin, end = place_of(mutation, text)
    assert text[begin:end] == mutation.old != mutation.new
    assert ast.dump(ast.parse(mutated(text, [(1, mutation)]))) != ast.dump(ast.parse(text))


@pytest.mark.slow
def test_every_case_passes_with_the_engine_as_it_is_and_fails_with_its_mutation(tmp_path):
    """One kernel is compiled that holds all mutations; about three minutes."""
    build(list(MAKES_FAIL.values()), tmp_path)
    call = [sys.executable, str(TRIAL)]
    done = subprocess.run(call, env=environment(tmp_path), capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, done.stderr
    missed = json.loads(done.stdout)
    assert {name: as_it_is for name, (as_it_is, _) in missed.items() if as_it_is} == {}
    assert [name for name, (_, mutant) in missed.items() if not mutant] == []
    assert len(missed) == len(CASES)
