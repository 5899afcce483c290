"""Small plans made by hand: what devices do is given, what the meter sees follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from custom_components.loadstar.engine.planner.devices import (
    Battery,
    Car,
    ChargingGoal,
    DeferrableLoad,
    Grid,
    WaterHeater,
)
from custom_components.loadstar.engine.planner.inputs.types import PlannerInput, SlotData
from custom_components.loadstar.engine.planner.output.facts import Facts, facts_of
from custom_components.loadstar.engine.planner.solver.types import (
    Breach,
    DevicePlan,
    Duals,
    FloatArray,
    KeplerBattery,
    KeplerCar,
    KeplerDeferrable,
    KeplerGoal,
    KeplerGrid,
    KeplerInput,
    KeplerResult,
    KeplerWater,
    ObjectiveTerm,
    Orders,
    SolveStatus,
    SolveTimes,
    WaterDay,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAN = float("nan")

type Numbers = Sequence[float]


def at(slot: int) -> str:
    """Return how the start of a slot of an hour is written."""
    return (NOW + timedelta(hours=slot)).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Slots of one hour; a battery of 10 kWh without losses, 1 kWh of floor and 5 kWh inside.

    ``battery`` is signed, charge positive; ``worth`` its content's dual.
    """

    price: Numbers
    export_price: Numbers = ()
    pv: Numbers = ()
    load: Numbers = ()
    curtailed: Numbers = ()
    battery: Numbers | None = None
    worth: Numbers | None = None  # None: no duals
    energy_dual: Numbers = ()
    start_kwh: float = 5.0
    efficiency: float = 1.0
    wear: float = 0.0
    target_percent: float | None = None
    car: Numbers | None = None
    car_goals: tuple[KeplerGoal, ...] = ()
    goals: tuple[ChargingGoal, ...] = ()
    car_present: Sequence[bool] = ()
    surplus_worth: float = 0.0
    water: Numbers | None = None
    load_run: Numbers | None = None
    load_starts: tuple[int, ...] = (0,)
    orders: Mapping[str, Numbers] = field(default_factory=dict)  # least kWh
    least_export: Numbers | None = None
    breaches: tuple[Breach, ...] = ()
    limited: Sequence[bool] | None = None
    peak_kw: tuple[float, ...] = ()
    import_limit_kw: float | None = None
    export_limit_kw: float | None = None
    inverter_max_kw: float | None = None

    @property
    def count(self) -> int:
        """Return how many slots there are."""
        return len(self.price)

    def array(self, numbers: Numbers, otherwise: float = 0.0) -> FloatArray:
        """Return numbers per slot."""
        return np.array(numbers or [otherwise] * self.count, dtype=np.float64)

    def orders_of(self, device_id: str) -> Orders | None:
        """Return what is ordered of a device."""
        if device_id not in self.orders:
            return None
        least = self.array(self.orders[device_id])
        return Orders(least_kwh=least, most_kwh=np.full(self.count, NAN))

    @property
    def problem(self) -> KeplerInput:
        """Return the solver's problem."""
        limit = self.import_limit_kw
        return KeplerInput(
            hours=np.ones(self.count),
            import_price=self.array(self.price),
            export_price=self.array(self.export_price),
            pv_kwh=self.array(self.pv),
            load_kwh=self.array(self.load),
            grid=KeplerGrid(
                phases=1,
                phase_limit_kw=10.0,
                load_shares=(1.0,),
                inverter_shares=(1.0,),
                import_limit_kw=None if limit is None else np.full(self.count, limit),
                export_limit_kw=self.export_limit_kw,
                inverter_max_kw=self.inverter_max_kw,
            ),
            batteries=() if self.battery is None else (self._battery(),),
            cars=() if self.car is None else (self._car(),),
            water_heaters=() if self.water is None else (self._heater(),),
            deferrables=() if self.load_run is None else (self._deferrable(),),
            least_export_kwh=None if self.least_export is None else self.array(self.least_export),
        )

    def _battery(self) -> KeplerBattery:
        return KeplerBattery(
            battery_id="b",
            capacity_kwh=10.0,
            initial_kwh=self.start_kwh,
            min_kwh=1.0,
            max_kwh=10.0,
            max_charge_kw=4.0,
            max_discharge_kw=4.0,
            charge_efficiency=self.efficiency,
            discharge_efficiency=self.efficiency,
            orders=self.orders_of("b"),
        )

    def _car(self) -> KeplerCar:
        present = np.array(self.car_present or [True] * self.count, dtype=np.bool_)
        return KeplerCar(
            car_id="c",
            phases="A",
            min_kw=1.4,
            max_kw=3.7,
            present=present,
            room_kwh=30.0,
            goals=self.car_goals,
            orders=self.orders_of("c"),
            surplus_worth_per_kwh=self.surplus_worth,
        )

    def _heater(self) -> KeplerWater:
        return KeplerWater(
            load_id="w",
            phases="A",
            power_kw=2.0,
            block_slots=1,
            continuous=False,
            allowed=np.ones(self.count, dtype=np.bool_),
            days=(WaterDay(first=0, end=self.count, energy_kwh=4.0),),
            orders=self.orders_of("w"),
        )

    def _deferrable(self) -> KeplerDeferrable:
        return KeplerDeferrable(
            load_id="l",
            phases="A",
            power_kw=1.0,
            slots=1,
            starts=self.load_starts,
            orders=self.orders_of("l"),
        )

    @property
    def planner_input(self) -> PlannerInput:
        """Return what the problem was made from, as far as schedules need it."""
        problem = self.problem
        return PlannerInput(
            now=NOW,
            time_zone="UTC",
            currency="EUR",
            slots=tuple(
                SlotData(
                    start=NOW + timedelta(hours=index),
                    hours=1.0,
                    import_price_per_kwh=float(problem.import_price[index]),
                    export_price_per_kwh=float(problem.export_price[index]),
                    pv_kwh=float(problem.pv_kwh[index]),
                    load_kwh=float(problem.load_kwh[index]),
                )
                for index in range(self.count)
            ),
            grid=Grid(phases=1),
            batteries=(
                Battery(
                    battery_id="b",
                    name="House",
                    capacity_kwh=10.0,
                    max_charge_kw=4.0,
                    max_discharge_kw=4.0,
                    soc_percent=50.0,
                ),
            ),
            cars=(Car(car_id="c", charger_id="w1", name="Car", goals=self.goals),),
            water_heaters=(
                WaterHeater(load_id="w", name="Boiler", power_kw=2.0, energy_kwh_per_day=4.0),
            ),
            deferrables=(
                DeferrableLoad(
                    load_id="l",
                    name="Washer",
                    power_kw=1.0,
                    duration_minutes=60,
                    earliest=NOW,
                    latest_end=NOW + timedelta(hours=self.count),
                ),
            ),
        )

    @property
    def result(self) -> KeplerResult:
        """Return what a solver would answer."""
        battery = self.array(self.battery or ())
        charge, discharge = np.maximum(battery, 0.0), np.maximum(-battery, 0.0)
        change = charge * self.efficiency - discharge / self.efficiency
        taken = [self.array(each or ()) for each in (self.car, self.water, self.load_run)]
        curtailed = self.array(self.curtailed)
        net = self.array(self.load) + sum(taken) + battery - self.array(self.pv) + curtailed
        plans = [
            DevicePlan(
                device_id="b",
                charge_kwh=charge,
                discharge_kwh=discharge,
                content_kwh=np.r_[self.start_kwh, self.start_kwh + np.cumsum(change)],
            ),
            *(
                DevicePlan(device_id=name, charge_kwh=kwh, discharge_kwh=np.zeros(self.count))
                for name, kwh in zip("cwl", taken, strict=True)
            ),
        ]
        return KeplerResult(
            status=SolveStatus.OPTIMAL,
            objective={ObjectiveTerm.IMPORT: 1.5, ObjectiveTerm.PENALTIES: 9.0},
            gap=0.0,
            import_kwh=np.maximum(net, 0.0),
            export_kwh=np.maximum(-net, 0.0),
            curtailed_kwh=curtailed,
            devices={plan.device_id: plan for plan in plans},
            breaches=self.breaches,
            duals=self._duals,
            times=SolveTimes(build_ms=1.0, solve_ms=2.0),
            peak_kw=self.peak_kw,
            import_limited=None if self.limited is None else np.array(self.limited, np.bool_),
        )

    @property
    def _duals(self) -> Duals | None:
        if self.worth is None:
            return None
        energy = self.array(self.energy_dual or self.price)
        return Duals(energy=energy, content={"b": self.array(self.worth)})

    @property
    def facts(self) -> Facts:
        """Return what reasons are made from."""
        return facts_of(
            self.planner_input,
            self.problem,
            self.result,
            wear_cost_per_kwh=self.wear,
            target_soc_percent=self.target_percent,
        )

    def but(self, **changes: object) -> Case:
        """Return the case with something else."""
        return replace(self, **changes)  # type: ignore[arg-type]  # a test names fields
