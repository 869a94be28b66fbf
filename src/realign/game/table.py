"""The table at which a game is played: what was set up, what was done, and the position that follows.

Stage: game. In: a setup and acts, which are plain JSON. Out: positions, one after each act.
Idea: a game is its setup and its list of acts; positions follow from them, with the same bits every time. So undo takes
away the last act, a branch is a copy of the list, and a file is the list beside the scenario. The file names the
hidden future: it belongs to the facilitator. What one seat takes back hangs on nothing that is hidden from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from realign import __version__
from realign.errors import UsageError
from realign.game.habits import Injected, Order
from realign.game.position import Position, first_position, next_week, ordered, with_shocks
from realign.scenario import Scenario, dump, parse

FORMAT = "realign game 1"
RED, FACILITATOR = "red", "facilitator"  # the seats that do not lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What was agreed before the first week."""

    scenario: Scenario
    policy: str  # whose habits the organisation begins with
    stress: str
    seed: int
    future: int
    seats: Mapping[str, Sequence[str]]  # leadership seats and the moves of each
    budget: float  # bits, of the red cell
    aims: Sequence[str] = ()
    name: str = ""


@dataclass(slots=True)
class Table:
    """A game in progress; all seats share it."""

    setup: Setup
    acts: list[dict[str, Any]] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)  # one more than acts
    # by which seat, what, and which act that cancels
    undone: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = field(default_factory=list)
    branch_of: str = ""
    cache: dict[Any, Any] = field(default_factory=dict)  # what the what-if has worked out

    def __post_init__(self) -> None:
        if not self.positions:
            s = self.setup
            self.positions = [
                first_position(s.scenario, policy=s.policy, stress=s.stress, seed=s.seed, future=s.future)
            ]

    @property
    def position(self) -> Position:
        """Where the game stands."""
        return self.positions[-1]

    @property
    def paused(self) -> bool:
        """Whether the facilitator holds the game."""
        holds = [act["do"] for act in self.acts if act["do"] in ("pause", "resume")]
        return bool(holds) and holds[-1] == "pause"

    def do(self, act: dict[str, Any]) -> None:
        """Add an act; what was undone by those who see it is then gone."""
        self._append(act)
        self.undone = [undone for undone in self.undone if not self.concerns(undone[0], act)]

    def _append(self, act: dict[str, Any]) -> None:
        found = after(self.position, act, number=len(self.acts))
        self.acts.append(act)
        self.positions.append(found)

    def concerns(self, seat: str, act: Mapping[str, Any]) -> bool:
        """Whether an act is a seat's own, or of those who lead with it, or lets time pass for all."""
        leading = self.setup.seats
        fellows = leading if seat in leading else (seat,)
        return seat == FACILITATOR or act["seat"] in fellows or act["do"] == "advance"

    def undo(self, seat: str) -> None:
        """Take back the last act that concerns a seat; what others did since stays done."""
        at = next((n for n in reversed(range(len(self.acts))) if self.concerns(seat, self.acts[n])), None)
        if at is None:
            raise UsageError("undo: nothing was done yet")
        (act, aim), *later = [(other, self._cancelled(other)) for other in self.acts[at:]]
        if seat == RED and act["do"] == "advance":
            raise UsageError("undo: time has passed since; those who lead, or the facilitator, can take it back")
        del self.acts[at:], self.positions[at + 1 :]
        for other, its_aim in later:
            if self._can_be(other, its_aim):
                self._again(other, its_aim)
        self.undone.append((seat, act, aim))

    def redo(self, seat: str) -> None:
        """Do again what a seat has undone last."""
        at = next((n for n in reversed(range(len(self.undone))) if self.undone[n][0] == seat), None)
        if at is None:
            raise UsageError("redo: nothing was undone")
        _, act, aim = self.undone.pop(at)
        if not self._can_be(act, aim):
            raise UsageError("redo: what it was about was taken back meanwhile")
        self._again(act, aim)

    def _cancelled(self, act: Mapping[str, Any]) -> dict[str, Any] | None:
        """The act that an act cancels, if it does."""
        return self.acts[act["cancels"]] if act["do"] == "cancel" else None

    def _can_be(self, act: Mapping[str, Any], aim: dict[str, Any] | None) -> bool:
        """Whether what an act cancels, or lets strike, is there."""
        if act["do"] == "cancel":
            return any(other is aim for other in self.acts)
        named = {shock.name for shock in self.position.scenario.shocks}
        return act["do"] != "inject" or bool(act.get("effects")) or act["shock"] in named

    def _again(self, act: dict[str, Any], aim: dict[str, Any] | None) -> None:
        """Add an act that was done before; since then the number of what it cancels may have changed."""
        if aim is not None:
            act = {**act, "cancels": next(n for n, other in enumerate(self.acts) if other is aim)}
        self._append(act)

    def branch(self, name: str) -> Table:
        """Another table on which all this was done, too."""
        setup = replace(self.setup, name=name)
        return Table(setup, list(self.acts), list(self.positions), [], self.setup.name or "the game", self.cache)


def after(position: Position, act: Mapping[str, Any], *, number: int) -> Position:
    """The position after an act."""
    kind = act["do"]
    if kind == "advance":
        for _ in range(act["weeks"]):
            if position.over:
                break
            position = next_week(position)
        return position
    if kind == "decide" and act["moves"]:
        order = Order(
            given=position.week, week=position.week + position.habits.policy.latency, moves=act["moves"], act=number
        )
        return ordered(position, order)
    if kind == "inject":
        scenario = position.scenario
        if act.get("effects"):
            scenario = with_free(scenario, act["shock"], act["effects"], act.get("recognised_after", 0.0))
        new = Injected(
            shock=act["shock"], week=act["strikes"], severity=act["severity"], decided=act["week"], act=number
        )
        return with_shocks(position, scenario, (*position.injected, new))
    if kind == "cancel":
        orders = tuple(o for o in position.orders if o.act != act["cancels"] or o.week < position.week)
        injected = tuple(i for i in position.injected if i.act != act["cancels"] or i.week < position.week)
        known = replace(
            position.known,
            orders=tuple(o for o in position.known.orders if o.act != act["cancels"] or o.week < position.week),
        )
        return with_shocks(replace(position, orders=orders, known=known), position.scenario, injected)
    return position


def with_free(scenario: Scenario, name: str, effects: Sequence[Mapping[str, Any]], recognised_after: float) -> Scenario:
    """The scenario with one shock more, which never strikes by itself; raises ScenarioError where it is at fault."""
    shock = {
        "name": name, "severity": {"dist": "fixed", "value": 1}, "recognised_after": recognised_after,
        "effects": [dict(effect) for effect in effects],
    }  # fmt: skip
    document = dict(scenario.document)
    shocks = list(document.get("shock", []))
    if any(known["name"] == name for known in shocks):
        raise UsageError(f'inject "{name}": there is a shock of this name already; inject it, or name yours otherwise')
    return scenario.replace("shock", [*shocks, shock])


# ---- files


def save(table: Table, path: Path) -> None:
    """Write a game: whole or not at all."""
    s = table.setup
    about = {
        "format": FORMAT, "version": __version__, "name": s.name, "policy": s.policy, "stress": s.stress,
        "seed": s.seed, "future": s.future, "seats": {seat: list(moves) for seat, moves in s.seats.items()},
        "budget": s.budget, "aims": list(s.aims), "branch_of": table.branch_of, "acts": table.acts,
        "scenario": dump(s.scenario),
    }  # fmt: skip
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(path)


def load(path: Path) -> Table:
    """The game in a file, played again from its acts."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise UsageError(f"{path}: is a {about['format']!r}; this version reads {FORMAT!r}")
        scenario = parse(about["scenario"], f"{path}: scenario")
        setup = Setup(
            scenario=scenario, policy=about["policy"], stress=about["stress"], seed=about["seed"],
            future=about["future"], seats=about["seats"], budget=about["budget"], aims=about["aims"],
            name=about["name"],
        )  # fmt: skip
        acts = list(about["acts"])
        table = Table(setup, branch_of=about["branch_of"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(
            f"{path}: is no saved game ({type(error).__name__}: {error}); games are saved with save()"
        ) from error
    for act in acts:
        try:
            table.do(act)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, StopIteration) as error:
            raise UsageError(f"{path}: act {len(table.acts) + 1} cannot be played: {act}") from error
    return table
