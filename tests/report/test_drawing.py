"""Figures drawn on two processors are those drawn on one."""

import os

import pytest
from report_folder import write_result

from realign.report import drawing, gather


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    return gather(write_result(tmp_path_factory.mktemp("run"), futures=60))


@pytest.fixture(scope="module")
def alone(evidence):
    return drawing._drawn(evidence, list(drawing.plates(evidence)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_two_processes_draw_what_one_draws(evidence, alone):
    assert drawing._shared(evidence, list(drawing.plates(evidence))) == alone


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_what_the_other_process_did_not_finish_is_drawn_here(evidence, alone, monkeypatch):
    def dies(evidence, mine, into):
        next(mine)
        os.write(into, b"half of")
        os._exit(1)

    monkeypatch.setattr(drawing, "_work", dies)
    assert drawing._shared(evidence, list(drawing.plates(evidence))) == alone


def test_while_another_thread_is_at_work_nothing_is_forked(monkeypatch):
    monkeypatch.setattr(drawing.threading, "active_count", lambda: 2)
    assert not drawing._may_fork()
