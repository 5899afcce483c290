"""Entities become readings, and what cannot be believed becomes nothing."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.loadstar.engine.models import ConnectorStatus
from custom_components.loadstar.ocpp.types import ConnectorState
from custom_components.loadstar.sources.meter import read_meter
from custom_components.loadstar.sources.ocpp_charger import read_charger
from custom_components.loadstar.sources.power import read_batteries, read_pv
from custom_components.loadstar.sources.quantity import read_current, read_percent, read_power
from custom_components.loadstar.wiring import BatteryConfig, MeterConfig

NOW = 5000.0
AMPERE = {"unit_of_measurement": "A"}
WATT = {"unit_of_measurement": "W"}
PERCENT = {"unit_of_measurement": "%"}
PER_PHASE = MeterConfig(imports=("sensor.a", "sensor.b", "sensor.c"))


def read(hass: HomeAssistant, meter: MeterConfig, phases: int = 3) -> Any:
    """Read a meter of a 230 V site."""
    return read_meter(hass, meter, phases=phases, voltage=230.0, now=NOW)


@pytest.mark.parametrize(
    ("state", "unit", "current"),
    [
        ("12.5", "A", 12.5),
        ("-3", "A", -3.0),
        ("1500", "mA", 1.5),
        ("2185", "W", 10.0),  # 2185 W at a power factor of 0.95
        ("2.185", "kW", 10.0),
        ("-2300", "W", -10.0),  # an inverter feeds at a power factor of 1
        ("unavailable", "A", None),
        ("unknown", "W", None),
        ("nan", "A", None),
        ("inf", "W", None),
        ("ten", "A", None),
        ("", "A", None),
        ("501", "A", None),
        ("-501", "A", None),
        ("120000", "W", None),  # more than 500 A
        ("12.5", "V", None),
        ("12.5", None, None),
        ("12.5", "kWh", None),
    ],
)
async def test_a_current_is_read_from_amperes_or_watts(
    hass: HomeAssistant, state: str, unit: str | None, current: float | None
) -> None:
    hass.states.async_set("sensor.a", state, {"unit_of_measurement": unit} if unit else {})
    value = read_current(hass, "sensor.a", 230.0).value
    assert value == (None if current is None else pytest.approx(current))


async def test_an_entity_that_is_not_there_has_neither_value_nor_age(hass: HomeAssistant) -> None:
    for sample in (
        read_current(hass, "sensor.nothing", 230.0),
        read_power(hass, "sensor.nothing"),
        read_percent(hass, "sensor.nothing"),
    ):
        assert (sample.value, sample.age_s) == (None, None)


@pytest.mark.parametrize(
    ("state", "percent"), [("0", 0.0), ("55.5", 55.5), ("100", 100.0), ("-1", None), ("101", None)]
)
async def test_a_state_of_charge_lies_between_0_and_100(
    hass: HomeAssistant, state: str, percent: float | None
) -> None:
    hass.states.async_set("sensor.soc", state, PERCENT)
    assert read_percent(hass, "sensor.soc").value == percent


async def test_a_meter_is_read_per_phase(hass: HomeAssistant) -> None:
    for name, value in (("a", "5"), ("b", "-2.5"), ("c", "0")):
        hass.states.async_set(f"sensor.{name}", value, AMPERE)
    reading = read(hass, PER_PHASE)
    assert reading.values == (5.0, -2.5, 0.0)
    assert not reading.total_only


async def test_an_inverted_meter_is_turned_round(hass: HomeAssistant) -> None:
    for name in "abc":
        hass.states.async_set(f"sensor.{name}", "4", AMPERE)
    inverted = MeterConfig(imports=PER_PHASE.imports, invert=True)
    assert read(hass, inverted).values == (-4.0, -4.0, -4.0)


async def test_a_single_phase_site_has_one_value(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.a", "4", AMPERE)
    assert read(hass, MeterConfig(imports=("sensor.a", None, None)), 1).values == (4.0, None, None)


@pytest.mark.parametrize(
    ("imported", "exported", "signed"),
    [("10", "0", 10.0), ("0", "7", -7.0), ("0", "-7", -7.0), ("unknown", "7", None)],
)
async def test_import_and_export_make_a_signed_current(
    hass: HomeAssistant, imported: str, exported: str, signed: float | None
) -> None:
    hass.states.async_set("sensor.in", imported, AMPERE)
    hass.states.async_set("sensor.out", exported, AMPERE)
    meter = MeterConfig(imports=("sensor.in", None, None), exports=("sensor.out", None, None))
    assert read(hass, meter, 1).values[0] == signed


async def test_a_pair_with_a_missing_half_is_missing(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.in", "3", AMPERE)
    meter = MeterConfig(imports=("sensor.in", None, None), exports=("sensor.out", None, None))
    assert read(hass, meter, 1).values[0] is None


async def test_of_a_total_all_is_assumed_on_every_phase(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.total", "2185", WATT)
    reading = read(hass, MeterConfig(total="sensor.total"))
    assert reading.values == pytest.approx((10.0, 10.0, 10.0))
    assert reading.total_only


async def test_any_value_that_reports_refreshes_the_whole_meter(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    for name in "abc":
        hass.states.async_set(f"sensor.{name}", "4", AMPERE)
    freezer.tick(20.0)
    assert read(hass, PER_PHASE).at == pytest.approx(NOW - 20.0)
    hass.states.async_set("sensor.b", "4", AMPERE)  # unchanged, and yet a report
    assert read(hass, PER_PHASE).at == pytest.approx(NOW)


async def test_a_heartbeat_of_any_kind_refreshes_the_meter(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("sensor.a", "4", AMPERE)
    freezer.tick(30.0)
    hass.states.async_set("sensor.uptime", "yes")
    meter = MeterConfig(imports=("sensor.a", None, None), heartbeat="sensor.uptime")
    assert read(hass, meter, 1).at == pytest.approx(NOW)


async def test_a_meter_that_is_not_there_never_reported(hass: HomeAssistant) -> None:
    reading = read(hass, PER_PHASE)
    assert reading.values == (None, None, None)
    assert reading.at is None


async def test_pv_is_the_sum_of_its_inverters(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.roof", "3.2", {"unit_of_measurement": "kW"})
    hass.states.async_set("sensor.garage", "-8", WATT)  # an inverter's own draw at night
    reading = read_pv(hass, ("sensor.roof", "sensor.garage", "sensor.off"), NOW)
    assert reading is not None
    assert reading.value == pytest.approx(3200.0)


async def test_a_site_without_pv_has_none(hass: HomeAssistant) -> None:
    assert read_pv(hass, (), NOW) is None


async def test_pv_that_is_gone_altogether_has_no_value(hass: HomeAssistant) -> None:
    reading = read_pv(hass, ("sensor.roof",), NOW)
    assert reading is not None
    assert (reading.value, reading.at) == (None, None)


def battery(name: str, capacity: float, *, invert: bool = False) -> BatteryConfig:
    """Return a battery whose entities are named after it."""
    return BatteryConfig(
        subentry_id=name,
        name=name,
        soc=f"sensor.{name}_soc",
        power=f"sensor.{name}_power",
        power_invert=invert,
        capacity_kwh=capacity,
        max_charge_power=5000.0,
        max_discharge_power=5000.0,
    )


async def test_batteries_are_summed_and_their_charge_weighed_by_capacity(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    hass.states.async_set("sensor.one_power", "1000", WATT)
    freezer.tick(5.0)
    hass.states.async_set("sensor.two_power", "400", WATT)  # discharging, by its own sign
    hass.states.async_set("sensor.one_soc", "90", PERCENT)
    hass.states.async_set("sensor.two_soc", "30", PERCENT)
    power, soc = read_batteries(hass, [battery("one", 10), battery("two", 5, invert=True)], NOW)
    assert power is not None
    assert power.value == pytest.approx(600.0)
    assert power.at == pytest.approx(NOW - 5.0), "as old as the oldest of them"
    assert soc == pytest.approx(70.0)


@pytest.mark.parametrize("missing", ["sensor.one_power", "sensor.one_soc"])
async def test_what_one_battery_does_not_say_is_missing_in_the_sum(
    hass: HomeAssistant, missing: str
) -> None:
    hass.states.async_set("sensor.one_power", "1000", WATT)
    hass.states.async_set("sensor.one_soc", "90", PERCENT)
    hass.states.async_set(missing, "unavailable")
    power, soc = read_batteries(hass, [battery("one", 10)], NOW)
    assert power is not None
    assert (power.value is None) == (missing == "sensor.one_power")
    assert (soc is None) == (missing == "sensor.one_soc")


async def test_a_site_without_batteries_has_none(hass: HomeAssistant) -> None:
    assert read_batteries(hass, [], NOW) == (None, None)


@pytest.mark.parametrize(
    ("status", "transaction_id", "expected"),
    [
        ("Unknown", None, ConnectorStatus.UNKNOWN),
        ("Available", None, ConnectorStatus.AVAILABLE),
        ("Preparing", None, ConnectorStatus.PREPARING),
        ("Napping", None, ConnectorStatus.UNKNOWN),
        # after a restart, or at a session's begin: the status is still to come
        ("Unknown", 7, ConnectorStatus.CHARGING),
        ("Available", 7, ConnectorStatus.CHARGING),
        ("Preparing", 7, ConnectorStatus.CHARGING),
        ("SuspendedEVSE", 7, ConnectorStatus.SUSPENDED_EVSE),
        ("Finishing", 7, ConnectorStatus.FINISHING),
        ("Faulted", 7, ConnectorStatus.FAULTED),
    ],
)
def test_a_transaction_says_more_than_a_status_that_is_not_told_yet(
    status: str, transaction_id: int | None, expected: ConnectorStatus
) -> None:
    state = ConnectorState(connected=True, status=status, transaction_id=transaction_id)
    reading = read_charger("garage", state, fallback_current=6.0, enabled=True)
    assert reading.status is expected
