"""A good file becomes the records that it describes."""

from __future__ import annotations

import dataclasses
import json
import pickle
import subprocess
import sys
import tomllib
from math import inf

import jsonschema
import pytest
from scenario_texts import FERRY, SMALL

from realign.errors import ScenarioError, UsageError
from realign.scenario import dump, load, parse, scenario_hash, schema, template, whole_numbers_only
from realign.scenario.keys import ROOT
from realign.scenario.records import Join
from realign.scenario.shapes import Either, Table, Tables, Variants


def test_a_file_with_every_section_is_read_without_a_fault():
    scenario = parse(FERRY)
    assert scenario.name == "Ferry line"
    assert scenario.seed == 0
    assert scenario.organisation.strategy == {"On time": 2.0, "New routes": 1.0}
    assert [regime.name for regime in scenario.regimes] == ["summer", "winter"]
    assert [shock.name for shock in scenario.shocks] == ["Engine no. 2", "Pay dispute", "Bridge", "Merger"]
    assert scenario.opportunities[0].closes_after == 52
    assert scenario.contingencies[1].when.cash_below == 5000
    assert scenario.policies[1].trigger.method == "ewma"
    assert scenario.requirements[0].measure == "level[New routes]"
    assert scenario.uncertain[0].range == (0.0, 0.5)
    assert scenario.uncertain[1].values == (0, 2, 4)


def test_whatever_a_file_leaves_out_has_its_default():
    scenario = parse(SMALL)
    assert (scenario.weeks, scenario.futures, scenario.seed) == (156, 10_000, 0)
    assert scenario.organisation.credit == inf
    assert scenario.units[0].skill == {} and scenario.units[0].believes is None
    assert scenario.policies[0].rule == "plan" and scenario.policies[0].review_every is None
    assert scenario.objectives[0].methods_half_life == inf
    assert scenario.shocks == ()


def test_a_shock_without_a_severity_always_has_severity_1():
    severity = parse(FERRY).shocks[3].severity
    assert (severity.dist, severity.parameters, severity.max) == ("fixed", (1.0,), inf)


def test_a_severitys_parameters_stand_in_the_order_of_its_law():
    shocks = parse(FERRY).shocks
    assert shocks[0].severity.parameters == (0.0, 1.0, 0.2)  # location (its default), scale, shape
    assert shocks[1].severity.parameters == (0.5, 2.0)
    assert shocks[2].severity.parameters == (1.0, 1.5, 3.0)


@pytest.mark.parametrize(
    ("written", "weeks"),
    [
        ("6", 6), ("2.5", 2.5), ('"6 weeks"', 6), ('"1 week"', 1), ('"3 months"', 13), ('"2 years"', 104),
        ('"1 month"', 52 / 12), ('"1.5 years"', 78), ('"never"', inf), ("inf", inf), ("0", 0),
    ],
)  # fmt: skip
def test_a_half_life_is_read_in_weeks(written, weeks):
    assert parse(SMALL, settings=[f"objective.Work.fade={written}"]).objectives[0].fade == pytest.approx(weeks)


def test_months_become_the_nearest_whole_week_where_only_whole_weeks_count():
    scenario = parse(FERRY)
    assert scenario.objectives[0].kpi_lag == 4 and isinstance(scenario.objectives[0].kpi_lag, int)
    assert scenario.shocks[0].causes[0].delay == 4
    assert scenario.policies[1].review_every == 13


@pytest.mark.parametrize("key", ["objective.Work.due", "policy.Plan.review_every"])
def test_what_is_never_due_is_none(key):
    section, name, field = key.split(".")
    scenario = parse(SMALL, settings=[f"{key}=never"])
    record = scenario.objectives[0] if section == "objective" else scenario.policies[0]
    assert record.name == name and getattr(record, field) is None


def test_a_unit_with_a_count_becomes_that_many_units():
    scenario = parse(FERRY)
    assert [unit.name for unit in scenario.units] == ["Office", "Boat 1", "Boat 2", "Pier", "Night line"]
    assert {unit.count for unit in scenario.units} == {1}
    assert scenario.units[3].reports_to == "Boat 1"


def test_whoever_names_a_unit_with_a_count_means_all_of_them():
    scenario = parse(FERRY)
    assert scenario.units[1].listens_to == {"Boat 1": 1.0, "Boat 2": 1.0, "Pier": 2.0}
    assert scenario.shocks[0].effects[0].units == ("Boat 1", "Boat 2")
    assert scenario.contingencies[0].people == {"Boat 1": 1.0, "Boat 2": 1.0}


def test_what_is_said_of_one_of_several_units_wins():
    scenario = parse(FERRY.replace('{ "Boat" = 1, "Pier" = 2 }', '{ "Boat 2" = 7, "Boat" = 1 }'))
    assert scenario.units[1].listens_to == {"Boat 1": 1.0, "Boat 2": 7.0}


def test_a_unit_may_join_at_a_week_or_with_a_shock():
    units = parse(FERRY).units
    assert units[3].joins == 26 and units[4].joins == Join(shock="Merger") and units[0].joins is None


def test_a_function_may_be_named_alone_or_in_a_list():
    effects = parse(FERRY).shocks[1].effects
    assert effects[0].functions == ("operations",)
    assert effects[1].functions == ("operations", "sales")


def test_all_objectives_are_stored_as_none_named():
    assert parse(FERRY).shocks[2].effects[2].objectives == ()


def test_needs_sum_to_1():
    assert parse(FERRY).objectives[0].needs == {"operations": 0.75, "management": 0.25}


def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FERRY.replace("\n", "\r\n").encode())
    assert load(path) == parse(FERRY)


def test_what_is_written_reads_the_same():
    scenario = parse(FERRY, settings=["weeks=90", 'policy.Hold course.summary=He said "no"'])
    again = parse(dump(scenario))
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)


def test_a_hash_tells_scenarios_apart_but_not_the_order_of_keys_or_the_writing_of_numbers():
    scenario = parse(FERRY)
    assert len(scenario_hash(scenario)) == 12 and int(scenario_hash(scenario), 16) >= 0
    assert scenario_hash(scenario.replace("weeks", 103)) != scenario_hash(scenario)
    assert scenario_hash(scenario.replace("weeks", 104.0)) == scenario_hash(scenario)
    swapped = FERRY.replace("weeks = 104\nfutures = 500\n", "futures = 5e2\nweeks = 104\n")
    assert scenario_hash(parse(swapped)) == scenario_hash(scenario)


def test_a_scenario_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        parse(SMALL).weeks = 3


def test_a_scenario_and_its_faults_can_be_sent_to_another_process():
    assert pickle.loads(pickle.dumps(parse(FERRY))) == parse(FERRY)
    with pytest.raises(ScenarioError) as caught:
        parse("name = 1")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_scenario_made_by_hand_has_no_document_to_write_or_change():
    scenario = dataclasses.replace(parse(SMALL), document={})
    with pytest.raises(UsageError):
        dump(scenario)
    with pytest.raises(UsageError):
        scenario.replace("weeks", 3)


def test_the_template_is_a_scenario_with_a_choice_to_make(tmp_path):
    path = tmp_path / "scenario.toml"
    path.write_text(template(), encoding="utf-8")
    scenario = load(path)
    assert len(scenario.policies) >= 2 and scenario.shocks and scenario.stresses and scenario.uncertain


def _documents():
    return {"template": tomllib.loads(template()), "ferry": tomllib.loads(FERRY), "small": tomllib.loads(SMALL)}


@pytest.mark.parametrize("name", ["template", "ferry", "small"])
def test_the_json_schema_accepts_good_scenarios(name):
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(_documents()[name], schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(wekks=3),
        lambda d: d["organisation"].update(csh=3),
        lambda d: d["unit"][0].update(peple=3),
        lambda d: d["shock"][0]["severity"].update(mean=3),
        lambda d: d["shock"][0]["effects"][1].update(lasts=3),
        lambda d: d["policy"][0].update(stride=1.5),
        lambda d: d["policy"][0].update(rule="wish"),
        lambda d: d.pop("name"),
        lambda d: d["objective"][0].update(fade="some weeks"),
        lambda d: d["objective"][0].update(due="18 days"),
        lambda d: d["requirement"][0].update(measure="valeu"),
    ],
)
def test_the_json_schema_refuses_what_reading_refuses(spoil):
    document = tomllib.loads(FERRY)
    spoil(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema(), cls=jsonschema.Draft202012Validator)


def test_the_json_schema_is_plain_json_and_describes_every_key():
    text = json.dumps(schema(), allow_nan=False)
    assert '"description"' in text
    for section, rules in schema()["properties"].items():
        assert rules["description"], section


def _tables(kind):
    if isinstance(kind, Tables):
        yield from _tables(kind.table)
    elif isinstance(kind, Either):
        for inner in kind.kinds:
            yield from _tables(inner)
    elif isinstance(kind, Variants):
        for table in kind.tables.values():
            yield from _tables(table)
    elif isinstance(kind, Table):
        yield kind
        for key in kind.keys:
            yield from _tables(key.kind)


def test_every_field_of_a_record_has_a_key_and_every_key_a_field():
    for table in _tables(ROOT):
        if table.build is None:
            fields = {field.name for field in dataclasses.fields(table.record)} - {"document", "file"}
            assert {key.into for key in table.keys} == fields, table.record


def test_whether_a_key_takes_whole_numbers_only_can_be_asked():
    document = parse(FERRY).document
    assert whole_numbers_only("policy.Each quarter.latency", document)
    assert not whole_numbers_only("organisation.cash", document)


def test_reading_scenarios_needs_nothing_but_the_standard_library():
    code = (
        "import sys, realign.scenario as s; s.parse(s.template());"
        "print([m for m in ('numpy', 'pandas', 'numba', 'matplotlib', 'tomli_w', 'jsonschema') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
