"""The report of `realign run` comes from a process of its own, and is the same from wherever it comes."""

import subprocess
import sys

import pytest

from realign import beside
from realign.running.folder import run_to_folder
from realign.scenario import load

TINY = "tests/running/tiny.toml"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "out"
    run_to_folder(load(TINY), out=out, futures=300)
    return out


def files(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        if path.suffix != ".toml"
    }


def answered(run, monkeypatch, *, ready):
    """The answer, and the files of the report, from here (`ready`) or from beside."""
    if not ready:
        monkeypatch.delitem(sys.modules, "matplotlib", raising=False)
    there = beside.Beside()
    try:
        return there._process, there.answer(run), files(run)
    finally:
        there.close()


def test_a_report_written_beside_is_the_one_written_here(run, monkeypatch):
    import matplotlib  # noqa: F401

    with monkeypatch.context() as patch:
        process, *here = answered(run, patch, ready=True)
    assert process is None
    process, *there = answered(run, monkeypatch, ready=False)
    assert process.returncode == 0 and there == here and "The report is in" in here[0]


def test_a_report_that_fails_beside_is_written_here(run, monkeypatch):
    monkeypatch.setattr(beside.subprocess, "Popen", _that_fails(subprocess.Popen))
    process, text, _ = answered(run, monkeypatch, ready=False)
    assert process.returncode == 7 and "The report is in" in text


def _that_fails(usual):
    return lambda words, **options: usual([sys.executable, "-c", "raise SystemExit(7)"], **options)


def test_without_an_order_the_process_ends_by_itself(monkeypatch):
    monkeypatch.delitem(sys.modules, "matplotlib", raising=False)
    there = beside.Beside()
    there._process.stdin.close()  # as when the parent is killed
    assert there._process.wait(120) == 0
    there.close()


def test_the_process_that_plays_imports_neither_pandas_nor_matplotlib(tmp_path):
    script = (
        "import sys; from realign.cli.main import main\n"
        f"assert main(['run', {TINY!r}, '--futures', '5', '--quiet', '--out', {str(tmp_path / 'out')!r}]) == 0\n"
        "sys.exit(', '.join({'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr.strip() == ""
