"""Whatever a file holds, the answer is a scenario or a ScenarioError: no other exception, no hang, no flood."""

from __future__ import annotations

import random

import pytest
from scenario_texts import FERRY, SMALL

from realign.errors import ScenarioError
from realign.scenario import dump, load, parse
from realign.scenario.desk import KEPT
from realign.scenario.positions import Lines, locate


def _refused(text, settings=()):
    with pytest.raises(ScenarioError) as caught:
        parse(text, "hostile.toml", settings)
    assert len(str(caught.value)) < 200_000
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# nothing but a remark",
        "a",
        "=",
        "[",
        '"',
        '"""',
        "'''" * 7,
        '"\\',
        "a = '",
        "[[[[",
        "[" * 100_000,
        "a = " + "[" * 100_000 + "]" * 100_000,
        "a = " + "{a = " * 50_000,
        ".".join(["a"] * 200_000) + " = 1",
        "[" + ".".join(["a"] * 100_000) + "]\n" + "x = 1\n" * 100_000,
        'a = """' + '\\"""' * 100_000,
        "unit = 3",
        "unit = []",
        "unit = [1, 2]",
        "unit = [[]]",
        "[unit]\nname = 3",
        "objective = [{}]\npolicy = [{}]\nunit = [{}]",
        "shock = [{ effects = 3 }, { severity = [] }, { causes = [3] }]",
        "[[stress]]\nset = 3\nforce = { }",
        "[[stress]]\nname = 'x'\n[stress.set]\n'' = 1\n'.' = 2\n'unit.' = 3\n'unit..name' = 4\n'unit.0' = 5",
        "[[uncertain]]\nset = ''\nvalues = [[]]\n[[uncertain]]\nset = 'name'\n[[uncertain]]\nrange = ['a', 'b']",
        "\ufeff\ufeffname = 3",
        "name = '\u202e\u200b'",
        "weeks = 0x" + "F" * 300,
        "weeks = 1e400",
        "weeks = -9223372036854775809",
        "seed = 1979-05-27T07:32:00Z",
        "name = \x00",
        "schema = true",
    ],
)
def test_a_senseless_file_is_refused_in_words(text):
    assert _refused(text).faults


@pytest.mark.parametrize("value", ["1e9", "1_000_000_000", "9223372036854775808", "inf", "nan", "-1", "0"])
def test_an_impossible_horizon_is_refused_at_once(value):
    assert "from 1 to 5200" in str(_refused(SMALL.replace("[[unit]]", f"weeks = {value}\n[[unit]]", 1)))


def test_a_name_of_megabytes_does_not_flood_the_screen():
    name = "x" * 3_000_000
    message = str(_refused(f'name = "{name}"\n{name} = 1\n'))
    assert "not 3000000" in message and len(message) < 20_000


def test_a_text_beyond_8_MB_is_refused_unread():
    assert "larger than 8 MB" in str(_refused('name = "' + "x" * 10_000_000 + '"'))


@pytest.mark.parametrize("keys", [50_000, pytest.param(800_000, marks=pytest.mark.slow)])
def test_of_a_million_unknown_keys_only_some_are_listed_and_the_rest_counted(keys):
    error = _refused("".join(f"k{n}=1\n" for n in range(keys)))
    assert len(error.faults) == KEPT
    assert error.unlisted + KEPT == keys + 4  # name, unit, objective and policy are missing
    assert "more faults that are not listed" in str(error)


def test_control_characters_in_a_file_do_not_reach_the_terminal():
    message = str(_refused('name = "a\\u001b[31m"\n"\\u001b[2J" = 1\n'))
    assert "\x1b" not in message


@pytest.mark.parametrize(
    ("section", "entries", "limit"),
    [("unit", 2001, 2000), ("objective", 201, 200), ("shock", 501, 500), ("policy", 101, 100), ("stress", 101, 100)],
)
def test_more_entries_than_a_section_may_have_are_refused(section, entries, limit):
    text = SMALL + "".join(f'[[{section}]]\nname = "{n}"\n' for n in range(entries))
    error = _refused(text)
    assert f"to {limit} entries" in str(error) and error.faults[0].key == section


@pytest.mark.parametrize(
    ("data", "fragment"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not a text file"),
        (FERRY.encode("utf-16"), "save it as plain text in UTF-8"),
        (b'name = "caf\xe9"', "byte 0xe9; save the file in the encoding UTF-8"),
        (b"x" * (9 * 1024 * 1024), "larger than 8 MB"),
        (b"", "name: is missing"),
    ],
)
def test_a_file_that_is_no_scenario_text_is_refused_in_words(tmp_path, data, fragment):
    path = tmp_path / "odd.toml"
    path.write_bytes(data)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert fragment in str(caught.value)


def test_a_byte_that_is_not_utf_8_has_its_line_and_column(tmp_path):
    path = tmp_path / "latin.toml"
    path.write_bytes(b'seed = 1\nname = "caf\xe9"')
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert (caught.value.faults[0].line, caught.value.faults[0].column) == (2, 12)


def test_a_mistyped_file_name_is_told_its_neighbours(tmp_path):
    (tmp_path / "bakery.toml").write_text(SMALL, encoding="utf-8")
    for wrong in ("bakry.toml", "other"):
        with pytest.raises(ScenarioError, match=r"no such file; did you mean .*bakery\.toml"):
            load(tmp_path / wrong)
    with pytest.raises(ScenarioError, match=r"is a directory, not a file; did you mean .*bakery\.toml"):
        load(tmp_path)
    with pytest.raises(ScenarioError, match="there is no folder"):
        load(tmp_path / "nowhere" / "bakery.toml")
    with pytest.raises(ScenarioError, match="cannot be read"):
        load("a\0b")
    with pytest.raises(ScenarioError):
        load("x" * 5000)


def _large_text():
    objectives = [f"Goal {n}" for n in range(40)]
    skill = ", ".join(f'"{name}" = 0.5' for name in objectives)
    parts = ['name = "Large"\nsummary = "A conglomerate."\n']
    parts += [f'[[objective]]\nname = "{name}"\n' for name in objectives]
    for n in range(200):
        peers = ", ".join(f'"Unit {(n + m) % 200}" = {m}' for m in range(1, 90))
        parts.append(f'[[unit]]\nname = "Unit {n}"\nskill = {{ {skill} }}\nbelieves = {{ {skill} }}\n')
        parts.append(f"listens_to = {{ {peers} }}\n# {'-' * 2_300}\n")
        parts.append(f'reports_to = "Unit {(n - 1) // 4}"\n' if n else "")
    parts.append('[[policy]]\nname = "Plan"\n')
    parts += [f'[[stress]]\nname = "S{n}"\nset = {{ "organisation.cash" = {n} }}\n' for n in range(100)]
    return "".join(parts)


def test_a_file_of_a_megabyte_is_read():
    text = _large_text()
    assert len(text) > 1_000_000
    scenario = parse(text)
    assert len(scenario.units) == 200 and len(scenario.stresses) == 100
    assert parse(dump(scenario)) == scenario


def test_a_fault_deep_in_a_file_of_a_megabyte_has_its_place():
    text = _large_text().replace('reports_to = "Unit 40"', 'reports_to = "Unit -40"', 1)
    fault = _refused(text).faults[0]
    assert text.splitlines()[fault.line - 1][fault.column - 1 :] == '"Unit -40"'


def _mutated(text, chance: random.Random):
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(text))
        how = chance.randrange(6)
        if how == 0:
            text = text[:at] + text[at + chance.randint(1, 30) :]
        elif how == 1:
            text = text[:at] + chance.choice('[]{}=,."\'#\n\\ -+_0123456789e\t\u00e9nifruk\x00\x7f') + text[at:]
        elif how == 2:
            start = chance.randrange(len(text))
            text = text[:at] + text[start : start + chance.randint(1, 60)] + text[at:]
        elif how == 3:
            lines = text.split("\n")
            chance.shuffle(lines[chance.randrange(len(lines)) :])
            text = "\n".join(lines[: chance.randrange(len(lines)) + 1] + lines[chance.randrange(len(lines)) :])
        elif how == 4:
            words = [word for word in text.split() if word != "="]
            text = text.replace(chance.choice(words), chance.choice([*words, "nan", "-1", "[]", "{}", '""', "true"]), 1)
        else:
            digit = chance.choice("0123456789")
            text = text.replace(digit, chance.choice(["", "-", "9" * 25, "inf", "1e300", "0.5"]), chance.randint(1, 3))
    return text


def _always_a_scenario_or_a_scenario_error(rounds):
    chance = random.Random(0)
    outcomes = {True: 0, False: 0}
    for _ in range(rounds):
        text = _mutated(FERRY, chance)
        try:
            scenario = parse(text, "fuzz.toml")
        except ScenarioError as error:
            assert error.faults and str(error)
            outcomes[False] += 1
        else:
            assert parse(dump(scenario)) == scenario
            for stress in scenario.stresses:
                scenario.under(stress.name)
            outcomes[True] += 1
    return outcomes


def test_a_mutilated_file_gives_a_scenario_or_a_scenario_error_and_nothing_else():
    assert min(_always_a_scenario_or_a_scenario_error(400).values()) > 5  # both happen


@pytest.mark.slow
def test_ten_thousand_mutilated_files_give_scenarios_or_scenario_errors_and_nothing_else():
    _always_a_scenario_or_a_scenario_error(10_000)


POSITIONS = '''\
top = 1
"quo.ted" . 'li''t' = [ # remark ]
  "a # no remark", [2, 3],
  { x = 1, y = { z = """
multi " ]
line""" } },
]
[a.b]
c.d = 1979-05-27 07:32:00
[[a.list]]
k = 'x = 1'
[[a.list]]
k = "é\\u00e9 \\" ]"
[a.list.sub]
m = 1.5
'''.replace("'li''t'", "'lit'")


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("top",), (1, 1), (1, 7)),
        (("quo.ted", "lit"), (2, 13), (2, 21)),
        (("quo.ted", "lit", 0), (3, 3), (3, 3)),
        (("quo.ted", "lit", 1, 1), (3, 24), (3, 24)),
        (("quo.ted", "lit", 2, "x"), (4, 5), (4, 9)),
        (("quo.ted", "lit", 2, "y", "z"), (4, 18), (4, 22)),
        (("a", "b"), (8, 1), (8, 1)),
        (("a", "b", "c", "d"), (9, 3), (9, 7)),
        (("a", "list", 0, "k"), (11, 1), (11, 5)),
        (("a", "list", 1, "k"), (13, 1), (13, 5)),
        (("a", "list", 1, "sub"), (14, 1), (14, 1)),
        (("a", "list", 1, "sub", "m"), (15, 1), (15, 5)),
    ],
)
def test_every_key_and_value_is_found_where_it_stands(path, key, value):
    place = locate(POSITIONS, {path})[path]
    lines = Lines(POSITIONS)
    assert (lines.at(place.key), lines.at(place.value)) == (key, value)
