"""Arguments in, exit status out.

Stage: command line. In: the words after `realign`. Out: 0 done; 2 the input is at fault; 1 the run failed; 130
interrupted.
Idea: commands are the modules in `COMMANDS`. What a user can mend is said in a sentence; a traceback means a defect of
this program.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from realign import __version__
from realign.cli import audit, batch, check, explain, new, play, run, schema, tail, verify, worth
from realign.cli.terminal import complain
from realign.errors import RealignError, ScenarioError, UsageError

COMMANDS = {
    "run": run, "check": check, "new": new, "schema": schema, "explain": explain, "batch": batch, "tail": tail,
    "worth": worth, "audit": audit, "play": play,
    "verify": verify,
}  # fmt: skip
_DONE, _FAILED, _AT_FAULT, _INTERRUPTED = 0, 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are `UsageError`s, like all others."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message.removeprefix('argument ').removeprefix('COMMAND: ')}; see {self.prog} --help")


def main(words: Sequence[str]) -> int:
    """Do what the words say; never raises for what a user, a disk or a closed pipe can cause."""
    try:
        status = _act(list(words))
        sys.stdout.flush()
        return status
    except (UsageError, ScenarioError) as error:
        complain(str(error))
        return _AT_FAULT
    except RealignError as error:
        complain(str(error))
        return _FAILED
    except KeyboardInterrupt as error:
        complain(f"interrupted{': ' if error.args else ''}{error}")
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough, as in `realign run FILE | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    except MemoryError:
        complain("out of memory; fewer --threads, units or weeks need less")
        return _FAILED
    except OSError as error:
        complain(f"{error.filename or 'the output'}: {error.strerror or error}")
        return _FAILED


def _act(words: list[str]) -> int:
    parser, parsers = _parsers()
    _must_be_text(words)
    try:
        args, unknown = parser.parse_known_args(words)
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    if args.command is None:
        parser.print_help(sys.stderr)
        return _AT_FAULT
    if unknown:
        raise UsageError(_unknown(unknown, parsers[args.command]))
    args.words = words
    return int(COMMANDS[args.command].act(args))


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, _Parser]]:
    parser = _Parser(
        prog="realign",
        description="Scenario planning under shocks: which realignment policy holds up, by how much, how surely, and "
        "when it breaks.",
    )
    parser.add_argument("--version", action="version", version=f"realign {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    parsers = {}
    for name, module in COMMANDS.items():
        parsers[name] = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_options(parsers[name])
    return parser, parsers


def _must_be_text(words: Sequence[str]) -> None:
    """Refuse a name whose bytes mean nothing here: no file of a result could say it."""
    for word in words:
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise UsageError(
                f"{word!a}: is not text in the encoding that is used here, {sys.getfilesystemencoding()}; set a locale "
                "such as LC_ALL=C.UTF-8, or give the file another name"
            )


def _unknown(words: Sequence[str], parser: argparse.ArgumentParser) -> str:
    """What is wrong with words that no option or argument takes."""
    from difflib import get_close_matches  # only wanted where there is a fault

    known = [option for action in parser._actions for option in action.option_strings]
    options = [word.split("=")[0] for word in words if word.startswith("-")]
    if not options:  # otherwise the words may be values of the options
        return f"{' '.join(words)}: one word too many, or an option without its name; see {parser.prog} --help"
    near = [get_close_matches(option, known, n=1) for option in options]
    return "\n".join(
        f"{option}: no such option; " + (f"did you mean {close[0]}?" if close else f"see {parser.prog} --help")
        for option, close in zip(options, near)
    )


def run_from_shell() -> None:
    """The command `realign`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show "±" shows "?"
    status = main(sys.argv[1:])
    if status == _INTERRUPTED:
        sys.stdout.flush()
        os._exit(status)  # threads that are still at work are not waited for
    sys.exit(status)
