"""`realign play FILE`: a war game in the terminal.

Stage: command line. In: a scenario file or a saved game; lines that are typed, or a script. Out: the board, after every
command. Idea: a line game works over ssh and on a projector, and a script of its lines is a test.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from realign.cli.options import add_scenario_options, settings_of, whole_number
from realign.cli.terminal import complain, is_terminal, say_if_it_compiles, wants_colour, width
from realign.errors import RealignError, UsageError

if TYPE_CHECKING:
    from realign.game import Game
    from realign.game.commands import Play

HELP = "play one hidden future: decide week by week, ask what if, branch, undo"
_CLEAR = "\x1b[2J\x1b[H"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a scenario file, or a saved game (.json)")
    add_scenario_options(parser)
    parser.add_argument("--seat", metavar="NAME", help="leadership (the default), red or facilitator")
    parser.add_argument("--policy", metavar="NAME", help="whose habits are there at first (default: the first policy)")
    parser.add_argument("--stress", metavar="NAME", default="baseline", help="play under this stress test")
    parser.add_argument(
        "--seed", metavar="S", type=whole_number(0, 2**32 - 1),
        help="which of the scenario's futures is drawn; without it nobody knows",
    )  # fmt: skip
    parser.add_argument("--script", metavar="FILE", type=Path, help="play the commands in this file, and end")
    parser.add_argument("--aim", metavar="TEXT", action="append", default=[], help="what is to be learnt; repeatable")


def act(args: argparse.Namespace) -> int:
    from realign.game.commands import Play

    game = _game(args)
    say_if_it_compiles(quiet=False)
    play = Play(game, width=min(width(), 120), colour=wants_colour(sys.stdout))
    if args.script is not None:
        return _replay(play, args.script)
    if not is_terminal(sys.stdin):
        return _replay(play, None)
    print(f"{_CLEAR if is_terminal(sys.stdout) else ''}{play.board()}\n\n{_welcome(game)}")
    return _converse(play)


def _welcome(game: Game) -> str:
    """What a stranger needs in order to begin; the whole list of commands would push the board off a projector."""
    words = f"{game.summary} " if game.summary else ""
    lines = wrap(f"{words}You sit as {game.seat}; what is to come is hidden.", min(width(), 100))
    keys = "Enter: a week passes · options: what you may do · what if: what may come · help: all commands"
    lines += wrap(keys, min(width(), 100))
    return "\n".join(lines)


def _game(args: argparse.Namespace) -> Game:
    from realign.game import open_game, play
    from realign.scenario import load

    if args.file.endswith(".json"):
        for name, value in (("--policy", args.policy), ("--seed", args.seed), ("--set", args.settings)):
            if value not in (None, []):
                raise UsageError(f"{name}: a saved game is what it is; this is for scenario files")
        return open_game(args.file, args.seat)
    scenario = load(args.file, settings_of(args))
    return play(
        scenario, args.seat or "leadership", policy=args.policy, stress=args.stress, seed=args.seed, aims=args.aim
    )


def _converse(play: Play) -> int:
    """Read lines until the end; a wrong one costs nothing."""
    with suppress(ImportError):
        import readline  # noqa: F401  line editing and history, where there is any
    leaving = False
    while not play.done:
        try:
            line = input(f"\nweek {play.game.week}, {play.game.seat}> ")
            shown = play.obey(line or "advance")
            leaving = False
        except EOFError:
            print()
            break
        except KeyboardInterrupt:
            if leaving:
                raise
            leaving = True
            print("\nStopped. Ctrl-C again, or quit, leaves the game; save FILE keeps it.")
            continue
        except RealignError as error:
            complain("\n".join(wrap(str(error), play.width - len("realign: "))))
            leaving = False
            continue
        if play.game.over and "The game is over" in shown:
            shown += "\n\nType: report review.html (what mattered, skill or luck, who knew what when), undo, or quit."
        if shown:
            whole = line.split(" ")[0] in ("", "advance", "a", "board", "b", "undo", "redo", "sit")
            print(f"{_CLEAR if whole and is_terminal(sys.stdout) else ''}{shown}")
    return 0


def _replay(play: Play, script: Path | None) -> int:
    """Play the lines of a script, or of standard input; a wrong one ends it, with its place."""
    text = sys.stdin.read() if script is None else script.read_text(encoding="utf-8")
    print(play.board())
    for number, line in enumerate(text.splitlines(), start=1):
        if play.done or not line.strip() or line.lstrip().startswith("#"):
            continue
        print(f"\nweek {play.game.week}, {play.game.seat}> {line.strip()}")
        try:
            shown = play.obey(line)
        except RealignError as error:
            raise UsageError(f"{script or '<stdin>'}:{number}: {line.strip()}: {error}") from error
        if shown:
            print(shown)
    return 0
