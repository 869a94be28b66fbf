"""What was handed out is handed out again when its answer is lost on its way, and only then."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from realign.running import workers as module
from realign.running.workers import Workers, play_all


class Forgetful(Workers):
    """Workers that lose the answer to the first of what they were asked, of which nobody hears."""

    def __init__(self, executor: Executor, *, honest: bool) -> None:
        super().__init__(executor, 2)
        self.asked: list[int] = []
        self.honest = honest

    def submit(self, task, *, lost=0):
        self.asked.append(task.number)
        return Future() if len(self.asked) == 1 else self.executor.submit(lambda: task.number)

    def idle(self):
        return self.honest


@pytest.fixture
def looks(monkeypatch):
    monkeypatch.setattr(module, "_LOOK", 0.05)


def tasks(number):
    return [SimpleNamespace(number=n, reply=1) for n in range(number)]


def test_an_answer_that_was_lost_on_its_way_is_asked_for_again(looks):
    with ThreadPoolExecutor(1) as executor:
        workers = Forgetful(executor, honest=True)
        assert sorted(play_all(tasks(5), workers, stop=lambda: False)) == [0, 1, 2, 3, 4]
        assert sorted(workers.asked) == [0, 0, 1, 2, 3, 4]


def test_while_somebody_may_be_at_work_nothing_is_asked_twice(looks):
    with ThreadPoolExecutor(1) as executor:
        workers = Forgetful(executor, honest=False)
        answers = play_all(tasks(3), workers, stop=lambda: False)
        assert sorted([next(answers), next(answers)]) == [1, 2]
        assert sorted(workers.asked) == [0, 1, 2]
