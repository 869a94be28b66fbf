"""Compiled code that is loaded from disk: also where a file of it was cut short."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import numpy as np
import realign.running.blocks  # from here on functions are loaded without getting ready to compile
from realign.model.worlds import severities
from realign.model import build_plan
from realign.scenario import load
print(severities(build_plan(load("scenarios/black_swans.toml")), np.array([0.1, 0.9])).tolist())
"""
ROOT = Path(__file__).parents[2]


def said_with(cache):
    """What the script prints with this folder for compiled code."""
    environment = os.environ | {"REALIGN_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT / "src")}
    call = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("ending", ["nbc", "nbi"])
def test_a_file_of_compiled_code_that_was_cut_short_is_made_again(tmp_path, ending):
    first = said_with(tmp_path)
    files = list(tmp_path.rglob(f"*{ending}"))
    assert files
    for file in files:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert said_with(tmp_path) == first
    whole = {file: file.read_bytes() for file in tmp_path.rglob("*.nb?")}
    assert said_with(tmp_path) == first
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.nb?")} == whole, "now it is loaded, not made again"
