"""What is known of chargers that need something else than the standard says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.ocpp.quirks import (
    NO_QUIRKS,
    Pause,
    QuirkError,
    Quirks,
    QuirkTable,
    RateUnit,
    load_quirks,
    parse_quirks,
)
from custom_components.loadstar.ocpp.quirks.table import FOLDER
from custom_components.loadstar.ocpp.rung import Rung

SOURCES = ["https://example.org/a"]


def rule(flags: Any = None, **more: Any) -> dict[str, Any]:
    """Return a rule as a file has it."""
    return {"sources": SOURCES, "flags": {"max_periods": 1} if flags is None else flags, **more}


def table(*rules: Any, vendor: Any = ("acme*",)) -> QuirkTable:
    """Return the table of one file."""
    return QuirkTable(parse_quirks({"vendor": list(vendor), "rules": list(rules)}))


FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", FILES)
def test_every_file_can_be_read_and_says_in_a_comment_what_is_known(
    name: str, tmp_path: Path
) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    rules = load_quirks(tmp_path).rules
    assert rules
    assert text.startswith("# ")
    assert all(rule.flags for rule in rules)


def test_at_least_ten_vendors_are_known() -> None:
    assert len(FILES) >= 10
    assert {path.suffix for path in FOLDER.iterdir() if path.is_file()} == {".py", ".yaml"}


# what chargers say of themselves, where that was seen
@pytest.mark.parametrize(
    ("vendor", "model", "expected"),
    [
        ("ABB", "TAC-W11-G5-R-0", {"skip_rungs": frozenset({Rung.TX_DEFAULT})}),
        (None, "ACChargePoint", {"rate_unit": RateUnit.WATTS, "pause": Pause.STOP}),
        (None, None, {}),
        ("Wall Box Chargers", "PLP1-0-2-4", {"trigger_boot": True}),
        ("Wall Box Chargers", "CPB1-S-2-4", {"trigger_boot": False}),
        ("United Chargers", "GRS-*", {"id_tag": "uc_default_auth"}),
        ("Acme", "One", {}),
    ],
)
def test_a_charger_is_known_by_what_it_says_of_itself(
    vendor: str | None, model: str | None, expected: Mapping[str, Any]
) -> None:
    quirks = load_quirks().find(vendor, model, None)
    assert {name: getattr(quirks, name) for name in expected} == expected
    if not expected:
        assert quirks == NO_QUIRKS


@pytest.mark.parametrize(
    ("more", "asked", "fits"),
    [
        ({}, ("ACME Ltd", "One", "1.0"), True),
        ({}, ("acme", None, None), True),
        ({}, ("Ajax", "One", "1.0"), False),
        ({}, (None, None, None), False),
        ({"model": "Wall*"}, ("Acme", "WALL 2", None), True),
        ({"model": "Wall*"}, ("Acme", "Pole", None), False),
        ({"model": "Wall*"}, ("Acme", None, None), False),
        ({"firmware": "1.[0-3].*"}, ("Acme", "One", "1.2.7"), True),
        ({"firmware": "1.[0-3].*"}, ("Acme", "One", "1.4.0"), False),
    ],
)
def test_patterns_fit_in_any_case(
    more: dict[str, str], asked: tuple[str | None, str | None, str | None], *, fits: bool
) -> None:
    assert (table(rule(**more)).find(*asked) == Quirks(max_periods=1)) is fits


def test_of_two_rules_the_later_one_decides_flag_by_flag() -> None:
    found = table(
        rule({"max_periods": 1, "pause": "stop"}), rule({"max_periods": 3}, model="one")
    ).find("Acme", "One", None)
    assert found == Quirks(max_periods=3, pause=Pause.STOP)


def test_an_empty_vendor_is_a_charger_that_names_none() -> None:
    nameless = table(rule(model="box"), vendor=["", "acme"])
    assert nameless.find(None, "Box", None) == nameless.find("Acme", "box", None) != NO_QUIRKS
    assert nameless.find("Other", "Box", None) == NO_QUIRKS


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("profile_life_s", 900, 900),
        ("max_periods", 1, 1),
        ("rate_unit", "W", RateUnit.WATTS),
        ("first_rung", "tx_default", Rung.TX_DEFAULT),
        ("skip_rungs", ["relative", "other_unit"], {Rung.RELATIVE, Rung.OTHER_UNIT}),
        ("skip_rungs", [], set()),
        ("pause", "stop", Pause.STOP),
        ("number_phases", False, False),
        ("keep_foreign_profiles", True, True),
        ("id_tag", "x", "x"),
        ("trigger_boot", False, False),
        ("configuration", {"SmartCharging": "true"}, {"SmartCharging": "true"}),
    ],
)
def test_flags_are_read_as_what_they_mean(name: str, value: Any, read: Any) -> None:
    assert getattr(table(rule({name: value})).find("acme", None, None), name) == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("profile_life_s", 0),
        ("profile_life_s", 10**9),
        ("profile_life_s", "900"),
        ("profile_life_s", True),
        ("profile_life_s", float("nan")),
        ("max_periods", 0),
        ("max_periods", True),
        ("rate_unit", "kW"),
        ("rate_unit", None),
        ("first_rung", "first"),
        ("skip_rungs", "relative"),
        ("skip_rungs", ["all"]),
        ("skip_rungs", [["relative"]]),
        ("pause", "later"),
        ("number_phases", 3),
        ("keep_foreign_profiles", "yes"),
        ("id_tag", ""),
        ("id_tag", "a tag that is longer than allowed"),
        ("trigger_boot", 0),
        ("configuration", ["SmartCharging"]),
        ("configuration", {"SmartCharging": True}),
        ("profile_live_s", 900),
        (5, 900),
    ],
)
def test_a_flag_that_makes_no_sense_is_named(name: Any, value: Any) -> None:
    with pytest.raises(QuirkError, match=str(name)):
        table(rule({name: value}))


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"vendor": "acme", "rules": [rule()]},
        {"vendor": [], "rules": [rule()]},
        {"vendor": [7], "rules": [rule()]},
        {"vendor": ["acme"], "rules": []},
        {"vendor": ["acme"], "rules": [None]},
        {"vendor": ["acme"], "rules": [{}]},
        {"vendor": ["acme"], "rules": [rule()], "notes": "x"},
        {"vendor": ["acme"], "rules": [rule(when="always")]},
        {"vendor": ["acme"], "rules": [rule({})]},
        {"vendor": ["acme"], "rules": [rule(["max_periods"])]},
        {"vendor": ["acme"], "rules": [rule(model=7)]},
        {"vendor": ["acme"], "rules": [rule(sources=[])]},
        {"vendor": ["acme"], "rules": [rule(sources="https://example.org")]},
        {"vendor": ["acme"], "rules": [rule(sources=["somebody said so"])]},
    ],
)
def test_a_file_that_makes_no_sense_is_an_error(data: Any) -> None:
    with pytest.raises(QuirkError):
        parse_quirks(data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["vendor", "rules", "flags", "sources", "max_periods"]),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_whatever_a_file_says_it_is_rules_or_an_error(data: Any) -> None:
    try:
        rules = parse_quirks(data)
    except QuirkError:
        return
    assert rules


@pytest.mark.parametrize("content", [b"vendor: [", b"\xff\xfe", b"vendor: x\n"])
def test_an_error_names_its_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "acme.yaml").write_bytes(content)
    with pytest.raises(QuirkError, match=r"acme\.yaml"):
        load_quirks(tmp_path)


def test_without_files_nothing_is_known(tmp_path: Path) -> None:
    assert load_quirks(tmp_path).find("Acme", "One", "1.0") == NO_QUIRKS


def test_only_what_differs_from_the_standard_is_told() -> None:
    assert NO_QUIRKS.in_force == {}
    odd = Quirks(
        max_periods=1,
        number_phases=False,
        rate_unit=RateUnit.WATTS,
        skip_rungs=frozenset({Rung.RELATIVE, Rung.OTHER_UNIT}),
    )
    assert odd.in_force == {
        "max_periods": "1",
        "number_phases": "False",
        "rate_unit": "W",
        "skip_rungs": "other_unit, relative",
    }
