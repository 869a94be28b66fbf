import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TINY = Path(__file__).parent.parent / "running" / "tiny.toml"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder with the scenario tiny.toml in it."""
    shutil.copy(TINY, tmp_path / "tiny.toml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def realign(folder):
    """Runs `python -m realign` as a shell would; gives status, stdout, stderr."""

    def call(*words, **options):
        return subprocess.run(
            [sys.executable, "-m", "realign", *words],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=900,
            **options,
        )

    return call
