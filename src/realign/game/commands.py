"""Commands of a line game: what is typed, or stands in a script, done to a game.

Stage: game. In: a game and a line. Out: the game to go on with, and what to show.
Idea: a table of commands, each a function with one signature; a line is `COMMAND WORDS [because REASON]`. A script is
the same lines, so what was played can be played again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from realign.errors import UsageError
from realign.game.game import Game
from realign.game.options import options_text
from realign.game.table import FACILITATOR, RED
from realign.game.text import board_text, log_text
from realign.game.whatif_text import whatif_text
from realign.scenario.desk import suggestion


@dataclass(slots=True)
class Play:
    """A game on a screen."""

    game: Game
    width: int = 100
    colour: bool = False
    branches: dict[str, Game] = field(default_factory=dict)
    done: bool = False
    asked: dict[str, Any] | None = None  # moves are collected here while a what-if is put together

    def board(self) -> str:
        """The situation."""
        return board_text(self.game.board, width=self.width, colour=self.colour)

    def obey(self, line: str) -> str:
        """Do what a line says; gives what to show. Raises RealignError where it cannot be done."""
        text, _, reason = line.strip().partition(" because ")
        word, _, rest = text.strip().partition(" ")
        if not word or word.startswith("#"):
            return ""
        name = ALIASES.get(word.casefold(), word.casefold())
        if name not in COMMANDS:
            raise UsageError(
                f'"{word}": no such command{suggestion(name, list(COMMANDS), all_of="commands")}; try help'
            )
        return COMMANDS[name].act(self, rest.strip(), reason.strip())


@dataclass(frozen=True, slots=True)
class Command:
    """How it is written, what it does, and the function that does it."""

    written: str
    does: str
    act: Callable[[Play, str, str], str]


def _whole(text: str, what: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise UsageError(f"{what}: {text!r}: must be a whole number")
    return int(text)


def _number(text: str, what: str) -> float:
    try:
        return float(text.rstrip("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        raise UsageError(f"{what}: {text!r}: must be a number, such as 0.1 or 10%") from None


def _advance(play: Play, rest: str, reason: str) -> str:
    play.game.advance(_whole(rest, "advance") if rest else 1)
    return play.board()


def _decide(play: Play, reason: str, **moves: Any) -> str:
    if play.asked is not None:
        play.asked.update(moves)
        return ""
    before = len(play.game.board.orders)
    play.game.decide(reason=reason, **moves)
    orders = play.game.board.orders
    return f"Ordered: takes effect in week {orders[-1].week}." if len(orders) > before else "Noted."


def _strategy(play: Play, rest: str, reason: str) -> str:
    shares = {}
    for part in filter(None, (part.strip() for part in rest.split(","))):
        name, equals, share = part.rpartition("=")
        if not equals:
            raise UsageError("strategy: write it as OBJECTIVE=SHARE, OBJECTIVE=SHARE")
        shares[name.strip().strip('"')] = _number(share.strip(), f"strategy {name.strip()}")
    return _decide(play, reason, strategy=shares)


def _reviews(play: Play, rest: str, reason: str) -> str:
    return _decide(play, reason, review_every=None if rest == "never" else _number(rest, "reviews"))


def _setting(name: str) -> Callable[[Play, str, str], str]:
    def act(play: Play, rest: str, reason: str) -> str:
        return _decide(play, reason, **{name: _number(rest, name)})

    return act


def _plan(name: str) -> Callable[[Play, str, str], str]:
    def act(play: Play, rest: str, reason: str) -> str:
        return _decide(play, reason, **{name: [part.strip() for part in rest.split(",")]})

    return act


def _hire(play: Play, rest: str, reason: str) -> str:
    unit, _, people = rest.rpartition(" ")
    if not unit:
        raise UsageError("hire: write it as hire UNIT PEOPLE, such as hire Bakers 1")
    return _decide(play, reason, hire={unit.strip(): _number(people, "hire")})


def _move(play: Play, rest: str, reason: str) -> str:
    found = re.fullmatch(r"(\S+)\s+(.+?)\s+to\s+(.+)", rest)
    if not found:
        raise UsageError("move: write it as move PEOPLE UNIT to UNIT, such as move 1 Bakers to Counter")
    return _decide(play, reason, move=(found[2], found[3], _number(found[1], "move")))


def _inject(play: Play, rest: str, reason: str) -> str:
    found = re.fullmatch(r"(.+?)(?:\s+in week (\d+))?(?:\s+severity (\S+))?", rest)
    if not found:
        raise UsageError("inject: write it as inject SHOCK [in week W] [severity S]")
    week = None if found[2] is None else int(found[2])
    severity = None if found[3] is None else _number(found[3], "severity")
    play.game.inject(found[1], week=week, severity=severity, reason=reason)
    return "It is set going."


def _say(play: Play, rest: str, reason: str) -> str:
    text = rest + (f" because {reason}" if reason else "")
    found = re.fullmatch(r"to ([^:]+):\s*(.+)", text)
    play.game.say(found[2] if found else text, to=found[1].strip() if found else "")
    return "Said."


def _what_if(play: Play, rest: str, reason: str) -> str:
    """Of holding, contingencies and policies; or of orders that are not given yet."""
    text = re.sub(r"^if\b", "", rest).strip()
    weeks = re.fullmatch(r"(\d{1,6})?(?:\s*weeks?)?", text)
    if weeks:
        found = play.game.what_if(weeks=int(weeks[1]) if weeks[1] else None)
    else:
        found = play.game.what_if({text: _collected(play, text)})
    return whatif_text(found, width=play.width, colour=play.colour)


def _collected(play: Play, text: str) -> dict[str, Any]:
    """The moves of orders that are parted by semicolons."""
    asking = Play(game=play.game, asked={})
    for line in filter(None, (line.strip() for line in text.split(";"))):
        word = line.split(" ")[0].casefold()
        if word not in ORDERS:
            raise UsageError(f'what if: "{word}": no such order{suggestion(word, list(ORDERS), all_of="orders")}')
        asking.obey(line)
    return asking.asked or {}


def _branch(play: Play, rest: str, reason: str) -> str:
    """Go on in a branch, or in one that was left."""
    name = rest or "branch"
    play.branches.setdefault(play.game.name, play.game)
    if name not in play.branches:
        play.branches[name] = play.game.branch(name)
    play.game = play.branches[name].sit(play.game.seat)
    return f"In {name!r}. Games: {', '.join(play.branches)}."


def _sit(play: Play, rest: str, reason: str) -> str:
    play.game = play.game.sit(rest)
    return play.board()


def _save(play: Play, rest: str, reason: str) -> str:
    if not rest:
        raise UsageError("save: write it as save FILE")
    return f"Saved in {play.game.save(rest)}."


def _report(play: Play, rest: str, reason: str) -> str:
    if not rest:
        raise UsageError("report: write it as report FILE, such as report review.html")
    return f"The review is in {play.game.review().write(rest)}."


def _undo(play: Play, rest: str, reason: str) -> str:
    play.game.undo()
    return play.board()


def _redo(play: Play, rest: str, reason: str) -> str:
    play.game.redo()
    return play.board()


def _quit(play: Play, rest: str, reason: str) -> str:
    play.done = True
    return ""


def _act(play: Play, number: str, reason: str) -> str:
    play.game.cancel(_whole(number, "cancel"), reason)
    return "Cancelled."


def help_text(play: Play, rest: str = "", reason: str = "") -> str:
    """All commands of this seat by their purpose, or what one of them does."""
    if rest:
        word = rest.split(" ")[0].casefold()
        command = COMMANDS.get(ALIASES.get(word, word))
        if command is None:
            raise UsageError(f'help: "{rest}": no such command{suggestion(word, list(COMMANDS), all_of="commands")}')
        return "\n".join(wrap(f"{command.written}: {command.does}", play.width))
    seat, others = play.game.seat, (RED, FACILITATOR)
    lines: list[str] = []
    for title, names in PURPOSES.items():
        if (title == "Orders" and seat in others) or (title == "Inject" and seat not in others):
            continue
        mine = [name for name in names if seat == FACILITATOR or name not in ("cancel", "pause", "resume")]
        words = wrap(" · ".join(COMMANDS[name].written for name in mine), max(play.width - 10, 40))
        lines += [f"{title if n == 0 else '':<9} {line}" for n, line in enumerate(words)]
    return "\n".join([*lines, "", *wrap(HINT, play.width)])


COMMANDS = {
    "advance": Command("advance [WEEKS]", "let weeks pass; an empty line: one week", _advance),
    "board": Command("board", "show the situation", lambda play, rest, reason: play.board()),
    "options": Command(
        "options",
        "what this seat may do, with the names of units and plans",
        lambda play, rest, reason: options_text(play.game, width=play.width),
    ),
    "what": Command(
        "what if [WEEKS|ORDERS]",
        "what could come of each plan and policy; or of some orders: what if hire Bakers 1; slack 5%",
        _what_if,
    ),
    "strategy": Command("strategy A=SHARE, B=SHARE", "set shares of effort by objective", _strategy),
    "rule": Command("rule NAME", "let a rule propose the strategy", lambda p, rest, why: _decide(p, why, rule=rest)),
    "policy": Command("policy NAME", "lead as in this policy", lambda p, rest, why: _decide(p, why, policy=rest)),
    "review": Command("review", "call a decision by the rule", lambda p, rest, why: _decide(p, why, review=True)),
    "reviews": Command("reviews WEEKS|never", "how often to review", _reviews),
    "hire": Command("hire UNIT PEOPLE", "newcomers, on the payroll", _hire),
    "move": Command("move PEOPLE UNIT to UNIT", "between units", _move),
    "prepare": Command("prepare PLAN", "keep a contingency ready", _plan("prepare")),
    "activate": Command("activate PLAN", "start it now", _plan("activate")),
    "drop": Command("drop PLAN", "give it up", _plan("drop")),
    "slack": Command("slack SHARE", "time held back", _setting("slack")),
    "exploration": Command("exploration SHARE", "time to explore", _setting("exploration")),
    "communication": Command("communication X", "intensity", _setting("communication")),
    "monitoring": Command("monitoring X", "intensity", _setting("monitoring")),
    "autonomy": Command("autonomy SHARE", "how far units act on what they see", _setting("autonomy")),
    "hold": Command("hold", "decide to change nothing", lambda play, rest, reason: _decide(play, reason)),
    "say": Command("say [to SEAT:] TEXT", "a message", _say),
    "inject": Command("inject SHOCK [in week W] [severity S]", "red and facilitator: set a shock going", _inject),
    "cancel": Command("cancel ACT", "facilitator: make an order or inject void", _act),
    "pause": Command("pause", "facilitator: hold the game", lambda p, rest, why: "Held." if p.game.pause() else ""),
    "resume": Command("resume", "facilitator: go on", lambda p, rest, why: "It goes on." if p.game.resume() else ""),
    "undo": Command("undo", "take back what was done last", _undo),
    "redo": Command("redo", "do it again", _redo),
    "branch": Command("branch NAME", "go on in a copy of the game, or back in another", _branch),
    "sit": Command("sit SEAT", "take another seat", _sit),
    "log": Command("log", "what was done", lambda play, rest, reason: log_text(play.game, width=play.width)),
    "save": Command("save FILE", "as JSON; it names the hidden future", _save),
    "report": Command("report FILE", "the after-action review, as a page", _report),
    "help": Command("help [COMMAND]", "this list, or what a command does", help_text),
    "quit": Command("quit", "leave", _quit),
}
HINT = (
    "help COMMAND says what it does. An order may end in: because REASON; the log keeps it for the review. "
    "An empty line lets a week pass."
)
ORDERS = (
    "strategy", "rule", "policy", "review", "reviews", "hire", "move", "prepare", "activate", "drop", "slack",
    "exploration", "communication", "monitoring", "autonomy", "hold",
)  # fmt: skip
PURPOSES = {
    "Time": ("advance", "undo", "redo", "branch"),
    "Look": ("board", "options", "what", "log"),
    "Orders": ORDERS,
    "Inject": ("inject", "cancel", "pause", "resume"),
    "Talk": ("say", "sit"),
    "Keep": ("save", "report", "help", "quit"),
}
ALIASES = {
    "o": "options",
    "a": "advance",
    "b": "board",
    "?": "help",
    "h": "help",
    "q": "quit",
    "exit": "quit",
    "whatif": "what",
    "w": "what",
}
