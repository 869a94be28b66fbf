"""The game as a player holds it: one seat at a table.

Stage: game, its front. In: a scenario and a seat. Out: a `Game`.

    game = play(load("scenarios/bakery.toml"), seat="leadership", policy="Quarterly, prepared")
    game.advance(4)
    game.decide(strategy={"Online orders": 0.6, "Best sourdough": 0.4}, reason="orders move online")
    game.what_if()
    print(game)

Idea: a Game is a seat at a `Table`; `game.sit("facilitator")` is another seat at the same one. What a seat sees is its
`board`; the table itself, with the hidden future, is nobody's.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.errors import ScenarioError, UsageError
from realign.game.board import Board, leadership_board, truth_of
from realign.game.knowledge import Told
from realign.game.moves import MOVES, checked
from realign.game.position import Position
from realign.game.price import price
from realign.game.table import FACILITATOR, RED, Setup, Table, load, save, with_free
from realign.scenario.desk import suggestion
from realign.scenario.records import Scenario

if TYPE_CHECKING:
    from realign.game.review import Review
    from realign.game.whatif import WhatIf

LEADERSHIP = "leadership"
BUDGET = 10.0  # bits: blows as surprising as one year in a thousand


def play(
    scenario: Scenario,
    seat: str = LEADERSHIP,
    *,
    policy: str | None = None,
    stress: str = "baseline",
    seed: int | None = None,
    future: int | None = None,
    seats: Mapping[str, Sequence[str]] | None = None,
    budget: float = BUDGET,
    aims: Sequence[str] = (),
) -> Game:
    """Begin a game on one future of the scenario, drawn and hidden.

    seat: leadership, red or facilitator, or one of `seats`. policy: whose habits the organisation begins with (None:
    the first). stress: a stress test to play under, unknown to leadership as far as it forces shocks. seed: which of
    the scenario's futures is drawn; None: nobody knows. future: one by its number, for a facilitator who prepared it.
    seats: leadership seats by name, each with the moves it decides; None: one that decides all. budget: of the red
    cell, in bits of surprise, see `price`. aims: what the exercise is to show.
    """
    names = [p.name for p in scenario.policies]
    chosen = names[0] if policy is None else policy
    if chosen not in names:
        raise UsageError(f'policy "{chosen}": no such policy{suggestion(chosen, names)}')
    if future is None:
        future = secrets.randbelow(scenario.futures) if seed is None else _draw(scenario, seed)
    if not 0 <= future < 2**32:
        raise UsageError(f"future {future}: must be from 0 to {2**32 - 1:,}")
    leading = {LEADERSHIP: tuple(MOVES)} if seats is None else {name: tuple(moves) for name, moves in seats.items()}
    for name, moves in leading.items():
        if name in (RED, FACILITATOR) or not name:
            raise UsageError(f'seats: "{name}" cannot be the name of a leadership seat')
        for move in moves:
            if move not in MOVES:
                raise UsageError(f'seats: "{name}": "{move}": no such move{suggestion(move, list(MOVES))}')
    setup = Setup(
        scenario=scenario, policy=chosen, stress=stress, seed=scenario.seed, future=future, seats=leading,
        budget=float(budget), aims=tuple(aims), name=scenario.name,
    )  # fmt: skip
    return Game(Table(setup), seat)


def open_game(path: str | os.PathLike[str], seat: str | None = None) -> Game:
    """A saved game, at a seat (None: the first leadership seat)."""
    table = load(Path(path))
    return Game(table, next(iter(table.setup.seats)) if seat is None else seat)


def _draw(scenario: Scenario, seed: int) -> int:
    """The future that a seed draws."""
    digest = hashlib.blake2b(f"realign game {scenario.seed} {seed}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") % scenario.futures


class Game:
    """A seat at a table."""

    def __init__(self, table: Table, seat: str) -> None:
        known = [*table.setup.seats, RED, FACILITATOR]
        if seat not in known:
            raise UsageError(f'seat "{seat}": no such seat{suggestion(seat, known, all_of="seats")}')
        self._table, self.seat = table, seat

    # ---- looking

    @property
    def week(self) -> int:
        """The week that begins, from 0."""
        return self._table.position.week

    @property
    def weeks(self) -> int:
        """Weeks of the scenario."""
        return self._table.position.scenario.weeks

    @property
    def over(self) -> bool:
        """Whether the last week is over."""
        return self._table.position.over

    @property
    def name(self) -> str:
        """The name of this game, or of this branch of it."""
        return self._table.setup.name

    @property
    def summary(self) -> str:
        """What the scenario is about, in its own words."""
        return self._table.setup.scenario.summary

    @property
    def board(self) -> Board:
        """What this seat sees."""
        position, setup = self._table.position, self._table.setup
        if self.seat == RED:
            return replace(self._red_board(position), scenario=self._title)
        board = leadership_board(
            self.seat, position.scenario, position.known, habits=position.habits, orders=position.orders,
            messages=self._messages(),
        )  # fmt: skip
        board = replace(board, scenario=self._title)
        if self.seat != FACILITATOR:  # numbers of acts would tell how much others did
            return replace(board, orders=[replace(order, act=-1) for order in board.orders])
        return replace(
            board, truth=truth_of(position), struck=position.truth, injects=self._coming(), budget=self._bits_left(),
            deck={shock.name: price(setup.scenario, shock) for shock in setup.scenario.shocks},
        )  # fmt: skip

    @property
    def _title(self) -> str:
        scenario = self._table.setup.scenario.name
        return scenario if self.name == scenario else f"{scenario}: {self.name}"

    def _red_board(self, position: Position) -> Board:
        scenario = self._table.setup.scenario
        own = [act for act in self._injects() if act["seat"] == RED]
        mine = {(act["shock"], act["strikes"]) for act in own}
        return Board(
            seat=RED, scenario=scenario.name, currency=scenario.organisation.currency, week=position.week,
            weeks=scenario.weeks, over=position.over, ruined=False, news=self._messages(),
            struck=[s for s in position.truth if not s.injected or (s.shock, s.week) in mine],
            injects=[act for act in own if act["strikes"] >= position.week], budget=self._bits_left(),
            deck={shock.name: price(scenario, shock) for shock in scenario.shocks},
        )  # fmt: skip

    def _messages(self) -> list[Told]:
        """What was said to this seat, or by it."""
        return [
            Told(week=act["week"], kind="message", name=f"{act['seat']}: {act['text']}")
            for act in self._table.acts
            if act["do"] == "say"
            and (act["to"] in ("", self.seat) or act["seat"] == self.seat or self.seat == FACILITATOR)
        ]

    def _injects(self) -> list[dict[str, Any]]:
        cancelled = {act["cancels"] for act in self._table.acts if act["do"] == "cancel"}
        return [a for n, a in enumerate(self._table.acts) if a["do"] == "inject" and n not in cancelled]

    def _coming(self) -> list[dict[str, Any]]:
        return [act for act in self._injects() if act["strikes"] >= self.week]

    def _bits_left(self) -> float:
        spent = sum(act["price"] for act in self._injects() if act["seat"] == RED)
        return self._table.setup.budget - spent

    @property
    def log(self) -> list[dict[str, Any]]:
        """What was done, oldest first, as far as this seat may know; the facilitator's is whole, with numbers."""
        acts = self._table.acts
        if self.seat == FACILITATOR:
            return [{"act": n, **act} for n, act in enumerate(acts)]
        return [dict(a) for a in acts if self._table.concerns(self.seat, a) or a["do"] in ("pause", "resume")]

    # ---- moving

    def advance(self, weeks: int = 1) -> Game:
        """Let weeks pass, up to the end."""
        if isinstance(weeks, bool) or not isinstance(weeks, int) or weeks < 1:
            raise UsageError(f"advance: {weeks!r} weeks: must be a whole number from 1 up")
        self._must_go_on("advance")
        if self.over:
            raise UsageError(f"advance: the game is over, after {self.weeks} weeks")
        return self._do("advance", weeks=min(weeks, self.weeks - self.week))

    def decide(self, *, reason: str = "", **moves: Any) -> Game:
        """Order moves (see `moves`), which take effect after the latency; without any: hold, and say why."""
        if self.seat not in self._table.setup.seats:
            raise UsageError(
                f"decide: the seat {self.seat} does not lead; sit({next(iter(self._table.setup.seats))!r})"
            )
        if self.over:
            raise UsageError("decide: the game is over")
        position = self._table.position
        found = checked(
            moves, position=position, policy=self._table.setup.policy, allowed=self._table.setup.seats[self.seat]
        )
        return self._do("decide", moves=found, reason=reason)

    def hold(self, reason: str = "") -> Game:
        """Decide to change nothing, and say why."""
        return self.decide(reason=reason)

    def inject(
        self, shock: str, *, week: int | None = None, severity: float | None = None,
        effects: Sequence[Mapping[str, Any]] = (), recognised_after: float = 0.0, price: float | None = None,
        reason: str = "",
    ) -> Game:  # fmt: skip
        """Make a shock strike in a week (None: the one that begins): one of the deck, or a free one with its effects.

        The red cell pays for it, in bits of surprise; the price of a free inject is set with `price` and stands in the
        log, for the facilitator to accept, or to cancel.
        """
        if self.seat not in (RED, FACILITATOR):
            raise UsageError(f"inject: not for the seat {self.seat}, but for red or the facilitator")
        position = self._table.position
        at = position.week if week is None else week
        if not position.week <= at < self.weeks:
            raise UsageError(f"inject: week {at}: must be within {position.week}, which begins, and {self.weeks - 1}")
        cost = self._price(shock, severity, effects, price)
        while effects and shock in {s.name for s in position.scenario.shocks} - self._shocks_known():
            shock += " again"  # to say that there is one of this name would give away what another seat plans
        if effects:
            try:
                with_free(position.scenario, shock, effects, recognised_after)
            except ScenarioError as error:
                raise UsageError(f'inject "{shock}": {error.faults[0].key}: {error.faults[0].message}') from error
        if self.seat == RED and cost > self._bits_left() + 1e-9:
            raise UsageError(
                f'inject "{shock}": costs {cost:.1f} bits of surprise, and {self._bits_left():.1f} are left'
            )
        return self._do(
            "inject", shock=shock, strikes=at, severity=severity, effects=[dict(e) for e in effects], reason=reason,
            recognised_after=recognised_after, price=cost if self.seat == RED else 0.0,
        )  # fmt: skip

    def _price(
        self, name: str, severity: float | None, effects: Sequence[Mapping[str, Any]], wished: float | None
    ) -> float:
        scenario, known = self._table.position.scenario, self._shocks_known()
        deck = {shock.name: shock for shock in scenario.shocks if shock.name in known}
        if severity is not None and not 0.0 <= severity < float("inf"):
            raise UsageError(f'inject "{name}": severity {severity}: must be a number from 0 up')
        if effects:
            if self.seat == RED and wished is None:
                raise UsageError(f'inject "{name}": a free inject of the red cell needs a price, in bits: price=5')
            return float(wished or 0.0)
        if name not in deck:
            raise UsageError(
                f'inject "{name}": no such shock in the deck{suggestion(name, list(deck))}; '
                "a free inject states its effects"
            )
        return price(scenario, deck[name], severity) if wished is None else float(wished)

    def _shocks_known(self) -> set[str]:
        """Shocks that this seat can name: the deck, and what it made up itself; the facilitator: all."""
        deck = {shock.name for shock in self._table.setup.scenario.shocks}
        return deck | {act["shock"] for act in self._injects() if self.seat in (act["seat"], FACILITATOR)}

    def say(self, text: str, *, to: str = "") -> Game:
        """A message to a seat, or to all."""
        known = [*self._table.setup.seats, RED, FACILITATOR]
        if to and to not in known:
            raise UsageError(f'say: to "{to}": no such seat{suggestion(to, known)}')
        return self._do("say", text=text, to=to)

    def pause(self) -> Game:
        """Hold the game: nobody else can advance it."""
        return self._as_facilitator("pause")

    def resume(self) -> Game:
        """Let the game go on."""
        return self._as_facilitator("resume")

    def cancel(self, act: int, reason: str = "") -> Game:
        """Adjudicate: an order or inject that has not taken effect yet is void; `act` is its number in the log."""
        self._must_facilitate("cancel")
        at = self._table.position
        coming = {o.act for o in at.orders if o.week >= at.week} | {i.act for i in at.injected if i.week >= at.week}
        if act < 0 or act not in coming:
            raise UsageError(f"cancel: act {act}: no order or inject that is yet to take effect; see the log's numbers")
        return self._as_facilitator("cancel", cancels=act, reason=reason)

    def _as_facilitator(self, do: str, **about: Any) -> Game:
        self._must_facilitate(do)
        return self._do(do, **about)

    def _must_facilitate(self, what: str) -> None:
        if self.seat != FACILITATOR:
            raise UsageError(f"{what}: is for the facilitator; sit('facilitator')")

    def _must_go_on(self, what: str) -> None:
        if self._table.paused and self.seat != FACILITATOR:
            raise UsageError(f"{what}: the facilitator holds the game; it goes on after resume()")

    def _do(self, do: str, **about: Any) -> Game:
        self._table.do({
            "do": do, "seat": self.seat, "week": self.week, **about,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        })  # fmt: skip
        return self

    # ---- going back, aside and elsewhere

    def undo(self) -> Game:
        """Take back the last act: of this side, or that let time pass; the facilitator: the last of anybody."""
        self._must_go_on("undo")
        self._table.undo(self.seat)
        return self

    def redo(self) -> Game:
        """Do again what this seat has undone last."""
        self._must_go_on("redo")
        self._table.redo(self.seat)
        return self

    def branch(self, name: str = "branch") -> Game:
        """Another game that has come to the same position; this one is left alone."""
        return Game(self._table.branch(name), self.seat)

    def sit(self, seat: str) -> Game:
        """Another seat at the same table."""
        return Game(self._table, seat)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the game as JSON, with its scenario; it names the hidden future, so it belongs to the facilitator."""
        save(self._table, Path(path))
        return Path(path)

    load = staticmethod(open_game)

    # ---- thinking

    def what_if(
        self, options: Mapping[str, Mapping[str, Any]] | None = None, *, continuations: int = 2000,
        weeks: int | None = None, threads: int | None = None,
    ) -> WhatIf:  # fmt: skip
        """What could come of each option from here on, as far as this seat can know.

        options: moves by name of the option, as for `decide`; None: hold, each contingency, each policy of the
        scenario. continuations: futures per option, the same ones for every option. weeks: how far; None: to the end.
        """
        from realign.game.whatif import consider

        if self.over:
            raise UsageError("what_if: the game is over")
        if self.seat == RED:
            raise UsageError("what_if: is for those who lead, or the facilitator")
        return consider(
            self._table, options, continuations=continuations, weeks=weeks, threads=threads,
            sees_all=self.seat == FACILITATOR,
        )  # fmt: skip

    def review(self, *, futures: int = 400) -> Review:
        """The after-action review; while the game goes on it is the facilitator's, for it tells the truth.

        futures: how many the play is compared with.
        """
        from realign.game.review import review

        if not self.over and self.seat != FACILITATOR:
            raise UsageError("review: when the game is over; before, only the facilitator may see it")
        return review(self._table, futures=futures)

    # ---- showing

    def __repr__(self) -> str:
        return f"<Game {self.name!r}: week {self.week} of {self.weeks}, seat {self.seat!r}, {len(self.log)} acts>"

    def __str__(self) -> str:
        from realign.game.text import board_text

        return board_text(self.board)

    def _repr_html_(self) -> str:
        from realign.game.html import board_html

        return board_html(self.board)
