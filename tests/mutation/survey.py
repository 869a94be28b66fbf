"""How many small faults in the kernel and in the twin the fast tests catch: `python tests/mutation/survey.py`.

Plants a random sample of mutants (`operators`) in one copy of the package, compiled once (`schemata`), and runs
the fast tests against each, in a process of its own, until one fails. First come the golden means and the agreement
with the twin, whose unchanged lives are kept; what survives these meets the tests of the part that it is in. A mutant
that breaks down, or takes ten times as long, is caught as well. The result is written to `survey.md`.
"""

import argparse
import contextlib
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path

from judged import JUDGED

ROOT = Path(__file__).parents[2]
KERNEL_FIRST = ["tests/model/test_golden.py", "tests/twin/test_small_examples.py", "tests/twin/test_agreement.py"]
TWIN_FIRST = [
    "tests/twin/test_small_examples.py", "tests/twin/test_agreement.py::test_both_agree_on_random_scenarios",
    "tests/twin/test_agreement.py", "tests/twin",
]  # fmt: skip
ALSO = {  # file of the kernel -> the tests of its part, for what survives the first
    "adapt": ["model/beliefs", "model/laws", "model/bits", "model/compiled"], "crowds": ["model/crowds"],
    "arrivals": ["model/arrivals", "model/sensing", "model/states", "rare/likelihood", "game/play"],
    "block": ["model/bits", "model/states", "running/weekly_fans", "rare/likelihood"],
    "communicate": ["model/beliefs", "model/laws", "model/bits", "model/compiled"],
    "contingency": ["model/plans", "game/play"],
    "decide": ["model/deciding", "model/plans", "game/play"], "discover": ["model/discovery"],
    "effects": ["model/effects", "model/plans", "game/play"], "elementary": ["model/elementary"],
    "lanes": ["model/bits", "model/elementary"],
    "measure": ["model/laws", "model/money", "model/bits"], "outcome": ["model/money", "model/work", "model/laws"],
    "own_rule": ["model/own_rule"], "philox": ["model/philox"], "plan": ["model/plans", "model/work", "game/play"],
    "reallocate": ["model/beliefs", "model/laws", "model/bits"],
    "record": ["model/laws", "model/bits", "running/weekly_fans"],
    "rules": ["model/deciding", "model/own_rule"],
    "sense": ["model/sensing"], "severity": ["model/severities", "rare/likelihood"],
    "shocks": ["model/arrivals", "model/effects", "rare/likelihood", "game/play"],
    "signals": ["model/sensing", "game/play"], "state": ["model/states", "model/bits", "model/plans"],
    "tables": ["model/plans", "model/work"], "units": ["model/beliefs", "model/work"],
    "week": ["model/states", "model/laws", "running/weekly_fans"],
    "work": ["model/work", "model/laws"], "world": ["model/world"], "worlds": ["model/arrivals", "rare/likelihood"],
}  # fmt: skip
# what runs while the kernel is compiled, which is before any mutant is switched on; and what keeps arrays together
LEFT_OUT = ("compiled.py", "linking.py", "refer.py", "vectors.py", "here.py")
MOST_MEMORY = 6 << 30  # bytes; a mutant may ask for any amount
MOST_SECONDS = 200  # of processor time; unchanged, the longest list of tests takes less than a third of it


def chosen_sites(kernel: int, twin: int, seed: int) -> list[dict[str, object]]:
    """A random sample of the mutants of both."""
    from operators import survey_of
    from schemata import SOURCE

    found = []
    for folder, number in (("model", kernel), ("twin", twin)):
        files = [path for path in sorted((SOURCE / folder).glob("*.py")) if path.name not in LEFT_OUT]
        sites = [s for path in files for s in survey_of(path.read_text(encoding="utf-8"), f"{folder}/{path.name}")]
        print(f"{folder}: {len(sites)} sites, of which {min(number, len(sites))} are tried")
        found += random.Random(seed).sample(sites, min(number, len(sites)))
    return [asdict(site) for site in found]


def build(sites: list[dict[str, object]], folder: Path) -> None:
    """The copy with all of them in it; the mutant at place n of the list has the switch n + 1."""
    from operators import planted
    from schemata import copy, copy_twin, importing

    if any(str(site["file"]).startswith("model/") for site in sites):
        copy(folder)
    else:
        copy_twin(folder)
    by_file: dict[str, dict[int, int]] = {}
    for switch, site in enumerate(sites, start=1):
        by_file.setdefault(str(site["file"]), {})[int(str(site["number"]))] = switch
    for file, chosen in by_file.items():
        path = folder / "realign" / file
        text = path.read_text(encoding="utf-8")
        path.write_text(importing(planted(text, file, chosen)), encoding="utf-8")


# ---- in the copy


def _keep_lives() -> None:
    """The twin is unchanged while the kernel is tried: what it lived once need not be lived again."""
    import agreement
    from realign.scenario import scenario_hash
    from realign.twin import live

    kept: dict[object, object] = {}

    def kept_live(scenario, *, policy, future, stress):  # type: ignore[no-untyped-def]
        key = scenario_hash(scenario), policy, future, stress
        if key not in kept:
            kept[key] = live(scenario, policy=policy, future=future, stress=stress)
        return kept[key]

    agreement.live = kept_live


def _tests_pass(*names: str, aloud: bool = False) -> bool:
    import pytest

    call = ["-x", "-q", "-p", "no:cacheprovider", "-k", "not wrong_twin and not less_than_a_second", *names]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        passed = pytest.main(call) == 0
    if aloud and not passed:
        print(said.getvalue(), file=sys.stderr)
    return passed


def _of_its_part(stem: str) -> list[str]:
    return [f"tests/{folder}/test_{part}.py" for folder, part in (name.split("/") for name in ALSO[stem])]


def _tried(site: dict[str, object], switch: int) -> str:
    """What became of one mutant: which list of tests caught it, or "survived"."""
    from realign.mutant import switch_to

    stem = Path(str(site["file"])).stem
    switch_to(switch)
    if str(site["file"]).startswith("twin/"):
        import agreement
        from realign.twin import live

        agreement.live = live
        return "survived" if _tests_pass(*TWIN_FIRST) else "caught"
    if not _tests_pass(*KERNEL_FIRST):
        return "caught"
    return "survived" if _tests_pass(*_of_its_part(stem)) else "caught by its part"


def _in_a_process_of_its_own(site: dict[str, object], switch: int) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.write(writing, _tried(site, switch).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    status = os.waitpid(child, 0)[1]
    if said:
        return said
    return "too slow" if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else "crash"


def work(sites: list[dict[str, object]]) -> None:
    """Try them all; one line of JSON for each on standard output."""
    for folder in ("tests/twin", "tests/model"):
        sys.path.insert(0, str(ROOT / folder))
    import realign

    realign.__path__.insert(0, os.environ["MUTATED"])  # where the twin alone is mutated, all else is as it is
    _keep_lives()
    begun = time.perf_counter()
    of_the_kernel = any(str(site["file"]).startswith("model/") for site in sites)
    as_it_is = list(KERNEL_FIRST if of_the_kernel else TWIN_FIRST[:2])
    if of_the_kernel:  # what these compile need not be compiled again for each mutant
        as_it_is += dict.fromkeys(name for stem in ALSO for name in _of_its_part(stem))
    if not _tests_pass(*as_it_is, aloud=True):
        sys.exit("the tests fail before anything is changed")
    print(f"compiled, and as it is all pass, in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    for switch, site in enumerate(sites, start=1):
        print(json.dumps({**site, "fate": _in_a_process_of_its_own(site, switch)}), flush=True)


# ---- the report


_NOT_YET = "not worked through yet"


def _line(where: str, old: str, new: str, verdict: str) -> str:
    return f"- `{where}` `{old}` -> `{new}`: {verdict}".replace("\n", " ")


def report(tried: list[dict[str, str]]) -> str:
    lines = [
        "# Mutation testing", "",
        f"Written by `python tests/mutation/survey.py` on {date.today()}. A random sample of small faults (operators, "
        "comparisons, numbers, statements left out) against the fast tests: the golden means, the agreement of kernel "
        "and twin, and the tests of the part that the fault is in. What survives is worked through by hand.", "",
        "| | mutants | caught | share |", "| --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    for folder, name in (("model/", "kernel"), ("twin/", "twin")):
        own = [site for site in tried if site["file"].startswith(folder)]
        caught = sum(site["fate"] != "survived" for site in own)
        if own:
            lines.append(f"| {name} | {len(own)} | {caught} | {caught / len(own):.0%} |")
    fates = Counter(site["fate"] for site in tried)
    lines += ["", "Fates: " + ", ".join(f"{fate} {number}" for fate, number in fates.most_common()) + ".", ""]
    survived = {(site["file"], site["old"], site["new"]): site for site in tried if site["fate"] == "survived"}
    lines += ["Survivors, and what they are:", ""]
    for key, site in survived.items():
        lines.append(_line(f"{site['file']}:{site['line']}", site["old"], site["new"], JUDGED.get(key, _NOT_YET)))
    earlier = {key: verdict for key, verdict in JUDGED.items() if key not in survived}
    if earlier:
        lines += ["", "Survivors of earlier samples, or of fewer tests:", ""]
        lines += [_line(*key, verdict) for key, verdict in earlier.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Sample, build, try, report."""
    parser = argparse.ArgumentParser(description="Mutation testing; writes tests/mutation/survey.md.")
    parser.add_argument("--kernel", type=int, default=150, help="mutants of the kernel (150)")
    parser.add_argument("--twin", type=int, default=80, help="mutants of the twin (80)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another sample (1)")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"), help="where the report goes")
    parser.add_argument("--again", type=Path, help="sites to try instead of a sample, as --keep writes them")
    parser.add_argument("--keep", type=Path, help="where the sites and their fates go, as JSON")
    parser.add_argument("--report", type=Path, nargs="+", help="try nothing: report what these files of --keep hold")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.chdir(ROOT)
    if options.work:
        work(json.loads(options.work.read_text()))
        return
    if options.report:
        kept = [site for file in options.report for site in json.loads(file.read_text())]
        options.out.write_text(report(kept), encoding="utf-8")
        return
    from schemata import environment

    tried: list[dict[str, str]] = []
    sites = json.loads(options.again.read_text()) if options.again else chosen_sites(
        options.kernel, options.twin, options.seed
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        build(sites, Path(scratch))
        listed = Path(scratch) / "sites.json"
        listed.write_text(json.dumps(sites))
        call = [sys.executable, __file__, "--work", str(listed)]
        where = environment(Path(scratch)) | {"MUTATED": str(Path(scratch) / "realign")}
        with subprocess.Popen(call, env=where, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout is not None
            for line in worker.stdout:
                tried.append(json.loads(line))
                print(len(tried), tried[-1]["fate"], f"{tried[-1]['file']}:{tried[-1]['line']}", flush=True)
    if options.keep:
        options.keep.write_text(json.dumps(tried, indent=1))
    if len(tried) < len(sites):
        sys.exit("the trial broke off")
    options.out.write_text(report(tried), encoding="utf-8")


if __name__ == "__main__":
    main()
