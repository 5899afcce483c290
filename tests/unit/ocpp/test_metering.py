"""Meter values of OCPP 1.6 to what was measured."""

from math import isfinite
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from custom_components.loadstar.ocpp.measurement import Measurement
from custom_components.loadstar.ocpp.types import ConnectorConfig
from custom_components.loadstar.ocpp.v16.metering import read_meter_values, read_register

THREE = ConnectorConfig(phases=3, voltage=230.0)
ONE = ConnectorConfig(phases=1, voltage=230.0)


def sample(value: Any, measurand: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return a sampled value."""
    named = {"measurand": measurand} if measurand else {}
    return {"value": value, **named, **fields}


def read(*samples: dict[str, Any], connector: ConnectorConfig = THREE) -> Measurement:
    """Return what one message with these samples says."""
    return read_meter_values([{"timestamp": "?", "sampledValue": list(samples)}], connector)


def amps(value: Any, phase: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return a sample of a current."""
    return sample(value, "Current.Import", **({"phase": phase} if phase else {}), **fields)


def watts(value: Any, phase: str | None = None, unit: str = "W") -> dict[str, Any]:
    """Return a sample of a power."""
    return sample(value, "Power.Active.Import", unit=unit, **({"phase": phase} if phase else {}))


@pytest.mark.parametrize(
    "phases",
    [
        ("L1", "L2", "L3"),
        ("L1-N", "L2-N", "L3-N"),
        ("l1", "l2-n", " L3 "),
        ("1", "2", "3"),
        ("A", "B", "C"),
        ("R", "S", "T"),
    ],
)
def test_currents_per_phase(phases: tuple[str, ...]) -> None:
    measured = read(*(amps(str(n), phase, unit="A") for n, phase in enumerate(phases, 1)))
    assert measured.currents == (1.0, 2.0, 3.0)


@pytest.mark.parametrize(
    ("connector", "currents"), [(THREE, (9.0, 9.0, 9.0)), (ONE, (9.0, None, None))]
)
def test_a_current_without_phase_stands_on_every_phase_of_the_connector(
    connector: ConnectorConfig, currents: tuple[float | None, ...]
) -> None:
    assert read(amps("9"), connector=connector).currents == currents


def test_currents_per_phase_count_more_than_one_without() -> None:
    assert read(amps("16"), amps("5", "L1")).currents == (5.0, None, None)


@pytest.mark.parametrize(
    ("unit", "currents"),
    [
        ("A", (8.0, 8.0, 8.0)),
        ("amp ", (8.0, 8.0, 8.0)),
        ("", (8.0, 8.0, 8.0)),
        ("mA", (0.008, 0.008, 0.008)),
        ("kW", None),
        ("Wh", None),
        (["A"], None),
        (5, None),
    ],
)
def test_a_current_in_another_quantitys_unit_is_none(
    unit: Any, currents: tuple[float, ...] | None
) -> None:
    assert read(amps("8", unit=unit)).currents == currents


@pytest.mark.parametrize("nonsense", [[], {}, 5, True, ["Current.Import"]])
def test_a_measurand_or_phase_of_the_wrong_type_is_left_out(nonsense: Any) -> None:
    wrong = [{"value": "5", "measurand": nonsense}, amps("5") | {"phase": nonsense}]
    assert read(*wrong) == Measurement()
    assert read(*wrong, amps("9")).currents == (9.0, 9.0, 9.0)


def test_the_neutrals_current_and_line_to_line_values_are_no_phase() -> None:
    assert read(amps("5", "N"), amps("6", "L1-L2")).currents is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7.5", 7.5),
        (7.5, 7.5),
        (7, 7.0),
        ("-0.4", 0.0),
        ("-3", None),
        ("501", None),
        ("NaN", None),
        ("inf", None),
        ("seven", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
        ("1e999", None),
        (10**400, None),
    ],
)
def test_what_cannot_be_true_is_left_out(value: Any, expected: float | None) -> None:
    currents = read(amps(value, "L1")).currents
    assert (currents[0] if currents else None) == expected


@pytest.mark.parametrize(
    ("samples", "power_w"),
    [
        ([watts("6900")], 6900.0),
        ([watts("6.9", unit="kW")], 6900.0),
        ([watts("2300", "L1"), watts("2200", "L2-N"), watts("2400", "L3")], 6900.0),
        ([watts("7000"), watts("2300", "L1")], 7000.0),
        ([watts("1e9")], None),
        ([amps("10", "L1"), amps("10", "L2")], 4600.0),
        ([amps("10", "L1"), sample("240", "Voltage", phase="L1-N", unit="V")], 2400.0),
        ([amps("10", "L1"), sample("240", "Voltage")], 2400.0),
        ([amps("10", "L1"), sample("0", "Voltage")], 2300.0),
        ([sample("1")], None),
    ],
)
def test_power(samples: list[dict[str, Any]], power_w: float | None) -> None:
    assert read(*samples).power_w == power_w


@pytest.mark.parametrize(
    ("connector", "samples", "currents"),
    [
        (THREE, [watts("6900")], (10.0, 10.0, 10.0)),
        (ONE, [watts("2300")], (10.0, None, None)),
        (THREE, [watts("2300", "L1"), watts("1150", "L2")], (10.0, 5.0, None)),
        (ONE, [watts("2400"), sample("240", "Voltage", phase="L1")], (10.0, None, None)),
        (ONE, [watts("2.4", "L1", "kW"), sample("240", "Voltage")], (10.0, None, None)),
    ],
)
def test_currents_come_from_power_where_there_are_none(
    connector: ConnectorConfig,
    samples: list[dict[str, Any]],
    currents: tuple[float | None, ...],
) -> None:
    assert read(*samples, connector=connector).currents == pytest.approx(currents)


@pytest.mark.parametrize(
    ("connector", "samples", "currents"),
    [
        # one current for all phases, and a power that says how many they are
        (THREE, [amps("10"), watts("6900")], (10.0, 10.0, 10.0)),
        (THREE, [amps("10"), watts("6600")], (10.0, 10.0, 10.0)),
        (THREE, [amps("10"), watts("4600")], (10.0, 10.0, 0.0)),
        (THREE, [amps("10"), watts("2300")], (10.0, 0.0, 0.0)),
        (THREE, [amps("10"), watts("0")], (10.0, 10.0, 10.0)),
        (THREE, [amps("10"), watts("3450")], (10.0, 10.0, 10.0)),  # neither one nor two
        (THREE, [amps("0"), watts("0")], (0.0, 0.0, 0.0)),
        (THREE, [amps("0.5"), watts("15")], (0.5, 0.5, 0.5)),
        (ONE, [amps("10"), watts("2300")], (10.0, None, None)),
        (ONE, [amps("10"), watts("6900")], (10.0, None, None)),
        # the sum of its phases
        (THREE, [amps("30"), watts("6900")], (10.0, 10.0, 10.0)),
        (THREE, [amps("30")], (30.0, 30.0, 30.0)),
        # the power says more than the currents do
        (THREE, [amps("10"), watts("2300", "L1"), watts("460", "L2")], (10.0, 2.0, None)),
        (THREE, [amps("0", "L1"), amps("0", "L2"), watts("6900")], (10.0, 10.0, 10.0)),
        (THREE, [amps("10", "L1"), watts("6900")], (10.0, 10.0, 10.0)),
        (THREE, [amps("10", "L1"), watts("2300")], (10.0, None, None)),
        (THREE, [amps("10", "L1"), amps("9", "L2"), watts("4300")], (10.0, 9.0, None)),
    ],
)
def test_of_currents_and_power_the_one_counts_that_says_more(
    connector: ConnectorConfig,
    samples: list[dict[str, Any]],
    currents: tuple[float | None, ...],
) -> None:
    assert read(*samples, connector=connector).currents == pytest.approx(currents)


@pytest.mark.parametrize("phase", [None, "L1", "L1-L2", "L3-L1"])
def test_a_voltage_between_two_lines_is_brought_to_the_neutral(phase: str | None) -> None:
    fields = {"phase": phase} if phase else {}
    measured = read(watts("2309.4", "L1"), sample("400", "Voltage", unit="V", **fields))
    assert measured.currents == pytest.approx((10.0, None, None), rel=1e-4)


@pytest.mark.parametrize("volts", ["200", "230", "253"])
def test_a_voltage_to_the_neutral_stands(volts: str) -> None:
    measured = read(watts(f"{float(volts) * 10}", "L1"), sample(volts, "Voltage", phase="L1"))
    assert measured.currents == pytest.approx((10.0, None, None))


@pytest.mark.parametrize(
    ("samples", "energy_kwh"),
    [
        ([sample("1500")], 1.5),
        ([sample("1500", "Energy.Active.Import.Register", unit="Wh")], 1.5),
        ([sample("1.5", "Energy.Active.Import.Register", unit="kWh")], 1.5),
        ([sample("500", phase="L1"), sample("400", phase="L2"), sample("600", phase="L3")], 1.5),
        ([sample("-1")], None),
        ([sample("50", "Energy.Active.Import.Interval")], None),
        ([sample("50", "Energy.Active.Export.Register")], None),
    ],
)
def test_energy(samples: list[dict[str, Any]], energy_kwh: float | None) -> None:
    assert read(*samples).energy_kwh == energy_kwh


@pytest.mark.parametrize(
    ("value", "soc"), [("0", 0.0), ("80", 80.0), ("101", None), ("-1", None), ("full", None)]
)
def test_soc(value: str, soc: float | None) -> None:
    assert read(sample(value, "SoC", unit="Percent", location="EV")).soc_percent == soc


def test_the_outlet_counts_where_the_inlet_is_measured_too() -> None:
    outlet, inlet = amps("10", "L1", location="Outlet"), amps("12", "L1", location="Inlet")
    assert read(outlet, inlet).currents == (10.0, None, None)
    assert read(inlet).currents == (12.0, None, None)


def test_signed_data_is_not_read() -> None:
    assert read(sample("1500", format="SignedData")) == Measurement()


def test_of_several_values_the_last_counts() -> None:
    begin = {"sampledValue": [sample("1000", context="Transaction.Begin")]}
    end = {"sampledValue": [sample("1800", context="Transaction.End")]}
    assert read_meter_values([begin, end], THREE).energy_kwh == 1.8


@pytest.mark.parametrize(
    "garbage",
    [None, 7, "x", {}, [], [None], [{}], [{"sampledValue": None}], [{"sampledValue": [7, None]}]],
)
def test_garbage_measures_nothing(garbage: Any) -> None:
    assert read_meter_values(garbage, THREE) == Measurement()


@pytest.mark.parametrize(
    ("value", "kwh"),
    [
        (0, 0.0),
        (1500, 1.5),
        ("1500", 1.5),
        (-1, None),
        (float("inf"), None),
        (None, None),
        ([], None),
    ],
)
def test_registers(value: Any, kwh: float | None) -> None:
    assert read_register(value) == kwh


VALUES = st.one_of(
    st.floats().map(str),
    st.floats(),
    st.integers(),
    st.text(max_size=5),
    st.none(),
    st.booleans(),
    st.lists(st.integers(), max_size=1),
)
SAMPLES = st.fixed_dictionaries(
    {"value": VALUES},
    optional={
        "measurand": st.sampled_from(
            ["Current.Import", "Power.Active.Import", "Voltage", "SoC", "RPM", 5, None]
        ),
        "phase": st.sampled_from(["L1", "L2-N", "3", "N", "L1-L2", 5, None]),
        "unit": st.sampled_from(["kW", "kWh", "W", "A", 5, None]),
        "location": st.sampled_from(["Inlet", "Outlet", 5]),
        "format": st.sampled_from(["Raw", "SignedData", 5]),
    },
)


@settings(deadline=None)
@given(st.lists(SAMPLES, max_size=8), st.sampled_from([ONE, THREE]))
def test_whatever_comes_what_is_measured_is_possible(
    samples: list[dict[str, Any]], connector: ConnectorConfig
) -> None:
    measured = read(*samples, connector=connector)
    for current in measured.currents or ():
        assert current is None or (isfinite(current) and current >= 0)
    for value in (measured.power_w, measured.energy_kwh, measured.soc_percent):
        assert value is None or (isfinite(value) and value >= 0)
