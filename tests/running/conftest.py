from pathlib import Path

import pytest

from realign.scenario import load


@pytest.fixture(scope="session")
def tiny():
    return load(Path(__file__).parent / "tiny.toml")


@pytest.fixture(scope="session")
def finished(tiny, tmp_path_factory):
    """The folder of an undisturbed run of 600 futures (three blocks, the last one short) on one thread."""
    from realign.running import run_to_folder

    return run_to_folder(tiny, out=tmp_path_factory.mktemp("runs") / "finished", threads=1, events=2)
