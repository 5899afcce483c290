"""The sharing of current, called with what is measured and what is kept back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..distribution import calculate_all_charger_targets
from ..models import ChargerContext, Circuit, PhaseTriple, Reason, SiteContext
from .clock import Tick
from .picture import Picture
from .smoothing import Smoother
from .steps import Step
from .thresholds import SocThreshold
from .triples import ZERO, above_zero, add, on_phases, over_phases, subtract
from .types import ControlSettings, MeterState
from .units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What the pools are made of; A per site phase and W."""

    household: PhaseTriple
    circuits: Mapping[str, PhaseTriple]
    pv_w: float
    pv_phases: PhaseTriple | None
    battery_w: float


@dataclass(frozen=True, slots=True)
class Held:
    """What a charger counts at that takes no part; A per site phase."""

    draw: PhaseTriple  # as if it were the household's
    spare: PhaseTriple = ZERO  # what it may draw beyond that, left free at breakers


@dataclass(frozen=True, slots=True)
class Share:
    """What sharing gives a charger, in A per phase."""

    current: float
    reason: Reason | None


_NO_SHARE = Share(0.0, None)


def supply_now(picture: Picture) -> Supply:
    """Return the supply of this instant."""
    return Supply(
        household=picture.household,
        circuits=picture.circuit_households,
        pv_w=picture.pv_w,
        pv_phases=picture.pv_phases,
        battery_w=picture.battery_w,
    )


class Smoothing:
    """The supply as it has been over the last seconds."""

    def __init__(self) -> None:
        """Begin without a past."""
        self._smoother = Smoother()
        self._counted: frozenset[str] = frozenset()

    def smooth(
        self,
        supply: Supply,
        counted: frozenset[str],
        tick: Tick,
        settings: ControlSettings,
    ) -> Supply:
        """Return the smoothed supply; ``counted`` are the chargers whose draw is known apart."""
        if counted != self._counted:
            self._smoother.forget()
            self._counted = counted

        def mean(name: str, values: tuple[float, ...]) -> tuple[float, ...]:
            return self._smoother.smooth(name, values, tick.dt, settings.solar_smoothing_s)

        def triple(name: str, values: PhaseTriple) -> PhaseTriple:
            a, b, c = mean(name, values)
            return (a, b, c)

        return Supply(
            household=triple("household", supply.household),
            circuits={key: triple(f"circuit {key}", it) for key, it in supply.circuits.items()},
            pv_w=mean("pv", (supply.pv_w,))[0],
            pv_phases=None if supply.pv_phases is None else triple("pv phases", supply.pv_phases),
            battery_w=mean("battery", (supply.battery_w,))[0],
        )


class SocThresholds:
    """The battery's two thresholds, held steady."""

    def __init__(self) -> None:
        """Begin undecided."""
        self._minimum = SocThreshold()
        self._target = SocThreshold()

    def steady(self, site: SiteContext, hysteresis: float) -> None:
        """Set the thresholds of ``site`` so that a comparison with its SoC does not flicker."""
        soc = site.battery_soc
        if soc is None:
            return
        site.battery_soc_min = self._minimum.effective(soc, site.battery_soc_min, hysteresis)
        site.battery_soc_target = self._target.effective(soc, site.battery_soc_target, hysteresis)


def fill_battery(site: SiteContext, picture: Picture) -> None:
    """Set what the battery can give; a stale one gives nothing."""
    if picture.battery_state is None:
        return
    site.battery_soc = picture.battery_soc
    if picture.battery_state is MeterState.STALE:
        site.battery_max_discharge_power = 0.0


def shares(step: Step, supply: Supply, held: Mapping[str, Held], relief: float) -> dict[str, Share]:
    """Return every charger's share.

    Those in ``held`` take no part. One that runs keeps its minimum until ``relief`` A of
    it are missing.
    """
    copy = _filled(step, supply, held)
    copy.chargers = [
        _sharer(unit, relief)
        for unit in step.units
        if unit.takes_part and unit.charger_id not in held
    ]
    calculate_all_charger_targets(copy)
    nothing = {unit.charger_id: _NO_SHARE for unit in step.units}
    return nothing | {it.charger_id: Share(it.target_current, it.reason) for it in copy.chargers}


def held_at(unit: Unit, current: float) -> Held:
    """Return what a charger counts at that is held at ``current`` A per phase."""
    spare = max(0.0, unit.most - current) if unit.untrusted else 0.0
    return Held(on_phases(unit.physical, current), on_phases(unit.physical, spare))


def held_free(unit: Unit) -> Held:
    """Return what a charger counts at that may draw its maximum whatever it is told."""
    return Held(unit.drawn, above_zero(subtract(on_phases(unit.physical, unit.most), unit.drawn)))


def _filled(step: Step, supply: Supply, held: Mapping[str, Held]) -> SiteContext:
    site, picture = step.site, step.picture
    drawn = [it.draw for it in held.values()]
    a, b, c = add(supply.household, *drawn)
    copy = replace(
        site,
        phase_a_consumption=a,
        phase_b_consumption=b,
        phase_c_consumption=c,
        reserved_current=add(picture.spared_for(), *(it.spare for it in held.values())),
        solar_production_total=supply.pv_w,
        solar_production_phases=supply.pv_phases,
        battery_power=supply.battery_w,
    )
    if picture.total_only:
        # all of the household may stand on any one phase
        copy.main_breaker_rating -= over_phases(supply.household, "BC")
    if site.max_unbalance is not None and drawn:
        together = add(ZERO, *drawn)
        copy.max_unbalance = max(0.0, site.max_unbalance - (max(together) - min(together)))
    copy.circuits = [_filled_circuit(it, supply, picture, held) for it in site.circuits]
    return copy


def _sharer(unit: Unit, relief: float) -> ChargerContext:
    context = unit.context
    # one that runs below a minimum that was raised meanwhile has none to keep
    if not unit.memory.start_stop.running or unit.set_point < context.min_current:
        return context
    return replace(context, min_current=max(0.0, context.min_current - relief))


def _filled_circuit(
    circuit: Circuit, supply: Supply, picture: Picture, held: Mapping[str, Held]
) -> Circuit:
    members = picture.members[circuit.circuit_id]
    mine = [
        triple
        for charger_id, it in held.items()
        if charger_id in members
        for triple in (it.draw, it.spare)
    ]
    a, b, c = add(supply.circuits[circuit.circuit_id], picture.spared_for(members), *mine)
    return replace(circuit, phase_a_consumption=a, phase_b_consumption=b, phase_c_consumption=c)
