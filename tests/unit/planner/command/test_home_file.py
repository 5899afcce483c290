"""A home comes from YAML, and what is broken is named with line and column."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from custom_components.loadstar.engine.planner.command.document import FileError
from custom_components.loadstar.engine.planner.command.home_file import Home, read_home
from custom_components.loadstar.engine.planner.config import PlannerConfig, StrategyConfig
from custom_components.loadstar.engine.planner.devices import (
    Battery,
    Car,
    ChargingGoal,
    CircuitLimit,
    DeferrableLoad,
    Grid,
    ManualAction,
    ManualBlock,
    PeakTariff,
    WaterHeater,
)

WHOLE = """\
time_zone: Europe/Berlin
currency: SEK
grid:
  breaker_a: 20
  export_limit_kw: 5
  load_shares: [0.5, 0.3, 0.2]
  phase_netting: no
  circuits:
    - {name: Garage, limit_a: 16, charger_ids: [Wallbox]}
batteries:
  - name: House
    capacity_kwh: 10
    max_charge_kw: 4
    max_discharge_kw: 5e0
    soc_percent: 40
    charge_curve: [[80, 4], [100, 1]]
cars:
  - name: Car
    charger_id: Wallbox
    capacity_kwh: 60
    soc_percent: 40
    phase_choice: true
    away: [[2026-11-20T08:00, 2026-11-20T17:00]]
    goals:
      - {by: 2026-11-21T07:00, soc_percent: 80}
water_heaters:
  - name: Boiler
    power_kw: 2
    energy_kwh_per_day: 6
    allowed: [["22:00", 06:00]]
    legionella_weekday: ~
deferrables:
  - name: Washer
    power_kw: 1.2
    duration_minutes: 90
    earliest: 2026-11-20T18:00
    latest_end: 2026-11-21T06:00+00:00
peak_tariff:
  fee_per_kw: 4
  months: [11, 12]
  past_peaks: [["2026-11-03", 4.1]]
outlook:
  - {day: 2026-11-22, pv_kwh: 4, load_kwh: 12}
circumstances: {vacation: true}
manual:
  - {start: 2026-11-20T20:00, end: 2026-11-20T21:00, action: export, power_kw: 3}
buffer_soc_percent: 15
settings:
  wear_cost_per_kwh: 0.02
  strategy: {risk_appetite: 4}
"""


def home_of(tmp_path: Path, text: str) -> Home:
    file = tmp_path / "home.yaml"
    file.write_text(text)
    return read_home(file)


def test_everything_can_be_said(tmp_path: Path) -> None:
    home = home_of(tmp_path, WHOLE.replace("phase_netting: no", "phase_netting: false"))
    assert (home.time_zone, home.currency, home.buffer_soc_percent) == ("Europe/Berlin", "SEK", 15)
    garage = CircuitLimit(
        circuit_id="Garage", name="Garage", limit_a=16.0, charger_ids=frozenset({"Wallbox"})
    )
    assert home.grid == Grid(
        breaker_a=20.0,
        export_limit_kw=5.0,
        load_shares=(0.5, 0.3, 0.2),
        phase_netting=False,
        circuits=(garage,),
    )
    assert home.batteries == (
        Battery(
            battery_id="House",
            name="House",
            capacity_kwh=10.0,
            max_charge_kw=4.0,
            max_discharge_kw=5.0,
            soc_percent=40.0,
            charge_curve=((80.0, 4.0), (100.0, 1.0)),
        ),
    )
    assert home.settings == PlannerConfig(
        wear_cost_per_kwh=0.02, strategy=StrategyConfig(risk_appetite=4)
    )
    assert home.circumstances.vacation
    assert home.outlook[0].load_kwh == 12.0


def test_devices_have_their_times_in_the_homes_zone(tmp_path: Path) -> None:
    home = home_of(tmp_path, WHOLE.replace("phase_netting: no", "phase_netting: false"))
    assert home.cars == (
        Car(
            car_id="Car",
            charger_id="Wallbox",
            name="Car",
            capacity_kwh=60.0,
            soc_percent=40.0,
            phase_choice=True,
            away=((datetime(2026, 11, 20, 7, tzinfo=UTC), datetime(2026, 11, 20, 16, tzinfo=UTC)),),
            goals=(ChargingGoal(by=datetime(2026, 11, 21, 6, tzinfo=UTC), soc_percent=80.0),),
        ),
    )
    assert home.water_heaters == (
        WaterHeater(
            load_id="Boiler",
            name="Boiler",
            power_kw=2.0,
            energy_kwh_per_day=6.0,
            allowed=((time(22), time(6)),),
            legionella_weekday=None,
        ),
    )
    assert home.deferrables == (
        DeferrableLoad(
            load_id="Washer",
            name="Washer",
            power_kw=1.2,
            duration_minutes=90,
            earliest=datetime(2026, 11, 20, 17, tzinfo=UTC),
            latest_end=datetime(2026, 11, 21, 6, tzinfo=UTC),
        ),
    )
    assert home.peak_tariff == PeakTariff(
        fee_per_kw=4.0, months=frozenset({11, 12}), past_peaks=(("2026-11-03", 4.1),)
    )
    assert home.manual == (
        ManualBlock(
            block_id="1",
            start=datetime(2026, 11, 20, 19, tzinfo=UTC),
            end=datetime(2026, 11, 20, 20, tzinfo=UTC),
            action=ManualAction.EXPORT,
            power_kw=3.0,
        ),
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}", "batteries: []\n"])
def test_everything_may_be_left_out(tmp_path: Path, text: str) -> None:
    assert home_of(tmp_path, text) == Home()


def test_a_part_may_be_used_twice(tmp_path: Path) -> None:
    home = home_of(
        tmp_path,
        "cars:\n"
        "- {name: One, charger_id: 1st, goals: &it [{by: 2026-11-21T07:00, energy_kwh: 3}]}\n"
        "- {name: Two, goals: *it}\n",
    )
    assert home.cars[0].goals == home.cars[1].goals != ()


BROKEN = {
    "no YAML": ("grid: [\n", ":2:1: expected YAML: expected the node content, but found"),
    "a character that YAML has not": (
        "grid: \x07",
        ": expected YAML: unacceptable character #x0007",
    ),
    "a tab": ("grid:\n\tphases: 1\n", ":2:1: expected YAML: found character '\\t'"),
    "no mapping": ("- 1\n", ":1:1: the whole: expected a mapping, found a list"),
    "an unknown part": (
        "grid: {}\nbatteris: []\n",
        ":2:11: batteris: expected one of time_zone, currency, grid, batteries, cars,",
    ),
    "an unknown field": (
        "grid:\n  breaker: 16\n",
        ":2:12: grid.breaker: expected one of phases, voltage, breaker_a,",
    ),
    "a field that is missing": (
        "batteries:\n  - name: House\n    capacity_kwh: 5\n",
        ":2:5: batteries.0.max_charge_kw: expected max_charge_kw, found nothing",
    ),
    "a name that is missing": (
        "cars:\n  - soc_percent: 5\n",
        ":2:5: cars.0.car_id: expected car_id, found nothing",
    ),
    "the same name twice in a mapping": (
        "grid: {}\ngrid: {}\n",
        ':2:1: expected each name once, found "grid" again',
    ),
    "no name": ("? [1]\n: 2\n", ":1:3: expected a name"),
    "a part of itself": (
        "cars: &cars [*cars]\n",
        ":1:7: expected no part that contains itself",
    ),
    "text for a number": (
        "grid:\n  breaker_a: 16 A\n",
        ':2:14: grid.breaker_a: expected a number, found "16 A"',
    ),
    "NaN": ("grid: {breaker_a: nan}\n", ":1:19: grid.breaker_a: expected a number, found nan"),
    "nothing for a number": (
        "grid:\n  breaker_a:\n",
        ":2:3: grid.breaker_a: expected a number, found nothing",
    ),
    "a word for truth": (
        "grid: {phase_netting: often}\n",
        ':1:23: grid.phase_netting: expected true or false, found "often"',
    ),
    "no time": (
        "cars:\n  - {name: Car, goals: [{by: tomorrow}]}\n",
        ":2:30: cars.0.goals.0.by: expected a time stamp such as",
    ),
    "no list": ("cars: {name: Car}\n", ":1:7: cars: expected a list, found a mapping"),
    "no device": ("cars: [Car]\n", ':1:8: cars.0: expected a mapping, found "Car"'),
    "no block": ("manual: [7]\n", ":1:10: manual.0: expected a mapping, found 7"),
    "no circuits": (
        "grid: {circuits: 3}\n",
        ":1:18: grid.circuits: expected a list, found 3",
    ),
    "no time zone": (
        "time_zone: Mars\n",
        ':1:12: time_zone: expected a time zone such as Europe/Berlin, found "Mars"',
    ),
    "a number for a time zone": (
        "time_zone: 3\n",
        ":1:12: time_zone: expected a time zone such as Europe/Berlin, found 3",
    ),
    "two devices of one name": (
        "cars:\n  - {name: Car}\n  - {name: Car}\n",
        ':3:12: cars.1.name: expected a name of its own, found "Car"',
    ),
    "a negative size": (
        (
            "batteries:\n  - {name: B, capacity_kwh: -5, max_charge_kw: 1, max_discharge_kw: 1,"
            " soc_percent: 5}\n"
        ),
        ":2:29: batteries.0.capacity_kwh: expected a number of at least 0, found -5.0",
    ),
    "more than full": (
        "buffer_soc_percent: 105\n",
        ":1:21: buffer_soc_percent: expected a percentage from 0 to 100, found 105.0",
    ),
    "more out than in": (
        "cars: [{name: Car, efficiency: 1.2}]\n",
        ":1:32: cars.0.efficiency: expected a number above 0, at most 1, found 1.2",
    ),
    "a run of no length": (
        (
            "deferrables:\n  - {name: W, power_kw: 1, duration_minutes: 0,"
            " earliest: 2026-11-20T18:00, latest_end: 2026-11-20T20:00}\n"
        ),
        ":2:46: deferrables.0.duration_minutes: expected minutes from 1 to 2880, found 0",
    ),
    "a phase that is none": (
        "cars: [{name: Car, phases: L1}]\n",
        ':1:28: cars.0.phases: expected phases such as A or ABC, found "L1"',
    ),
    "a phase twice": (
        "cars: [{name: Car, phases: AA}]\n",
        ':1:28: cars.0.phases: expected phases such as A or ABC, found "AA"',
    ),
    "two phases at the site": (
        "grid: {phases: 2}\n",
        ":1:16: grid.phases: expected 1 or 3 phases, found 2",
    ),
    "an appetite beyond all bounds": (
        "settings: {strategy: {risk_appetite: 9}}\n",
        ":1:38: settings.strategy.risk_appetite: expected a number from 1 to 5, found 9",
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_home_is_named_with_line_and_column(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(FileError) as error:
        home_of(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'home.yaml'}{message}")
