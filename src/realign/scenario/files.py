"""The text of a scenario file, or a clear word on why it cannot be read.

Stage: scenario. In: a path. Out: the text, as UTF-8 without a byte-order mark; or a ScenarioError.
Idea: a strategist mistypes file names and saves from many editors; each mishap has its own message.
"""

from __future__ import annotations

import os
from pathlib import Path

from realign.errors import Fault, ScenarioError

LARGEST_FILE = 8 * 1024 * 1024  # bytes: 2,000 units with 200 objectives fit


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of the file; raises ScenarioError."""
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _refusal(path, f"no such file{_near(Path(path))}") from None
    except IsADirectoryError:
        raise _refusal(path, f"is a directory, not a file{_inside(Path(path))}") from None
    except PermissionError:
        message = f"is a directory, not a file{_inside(Path(path))}" if os.path.isdir(path) else "may not be read"
        raise _refusal(path, message) from None
    except (OSError, ValueError) as error:  # a null character in the name, a name too long, a broken disk
        raise _refusal(path, f"cannot be read: {error}") from None
    if len(data) > LARGEST_FILE:
        raise _refusal(path, f"is larger than {LARGEST_FILE // 1024**2} MB; is it a scenario?")
    return decoded(data, file=os.fspath(path))


def decoded(data: bytes, *, file: str) -> str:
    """Bytes as text; raises ScenarioError with the place of the first byte that is not UTF-8."""
    zero = data.find(b"\0")
    if zero >= 0:
        raise _refusal(file, f"is not a text file: byte {zero + 1} is zero; save it as plain text in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        message = f"is not UTF-8 text: found byte 0x{data[error.start]:02x}; save the file in the encoding UTF-8"
        fault = Fault(file=file, line=line, column=column, message=message)
        raise ScenarioError([fault]) from None


def _refusal(path: str | os.PathLike[str], message: str) -> ScenarioError:
    return ScenarioError([Fault(file=os.fspath(path), message=message)])


def _near(path: Path) -> str:
    import difflib  # only wanted where there is a fault

    folder = path.parent
    if not folder.is_dir():
        return f'; there is no folder "{folder}" either'
    names = _names(folder)
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.6)
    near = near or [name for name in names if name.endswith(".toml")][:5]
    return "; did you mean " + " or ".join(f'"{folder / name}"' for name in near) + "?" if near else ""


def _inside(folder: Path) -> str:
    names = [name for name in _names(folder) if name.endswith(".toml")][:5]
    return "; did you mean " + " or ".join(f'"{folder / name}"' for name in names) + "?" if names else ""


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:1000]
    except OSError:
        return []
