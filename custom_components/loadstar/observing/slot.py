"""Powers over a quarter of an hour, summed to energies."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from ..engine.learning.types import Quality, SlotObservation
from .powers import Powers

SLOT_S: Final = 900
# The control cycle runs every 10 s at least; after a longer silence nobody knows what flowed.
LONGEST_STEP_S: Final = 30.0
# A slot of which less has been seen is one that was seen in part.
_WHOLE: Final = 0.9
_TWICE: Final = 1.02
# The household cannot give; measurements that are taken one after another may say so for a moment.
_IMPLAUSIBLE_KWH: Final = -0.02
_WS_PER_KWH: Final = 3_600_000.0


class _Energy:
    """A power's sum, and for how long it was known."""

    __slots__ = ("seen_s", "ws")

    def __init__(self) -> None:
        self.ws = 0.0
        self.seen_s = 0.0

    def add(self, power_w: float | None, seconds: float) -> None:
        if power_w is not None:
            self.ws += power_w * seconds
            self.seen_s += seconds

    @property
    def kwh(self) -> float | None:
        return self.ws / _WS_PER_KWH if self.seen_s else None

    @property
    def is_partial(self) -> bool:
        return 0 < self.seen_s < _WHOLE * SLOT_S


class SlotMeter:
    """Sums up one slot, which begins ``start_s`` s after 1970."""

    def __init__(self, start_s: int) -> None:
        """Have seen nothing of it."""
        self.start_s = start_s
        self._imported = _Energy()
        self._exported = _Energy()
        self._pv = _Energy()
        self._load = _Energy()
        self._charged = _Energy()
        self._discharged = _Energy()
        self._water = _Energy()
        self._chargers: dict[str, _Energy] = {}
        self._first: Powers | None = None
        self._soc_end: float | None = None
        self._import_price: float | None = None
        self._export_price: float | None = None
        self._seen_s = 0.0

    def add(self, powers: Powers, seconds: float) -> None:
        """Count ``powers`` for so long."""
        self._seen_s += seconds
        self._first = self._first or powers
        self._imported.add(powers.import_w, seconds)
        self._exported.add(powers.export_w, seconds)
        self._pv.add(powers.pv_w, seconds)
        self._load.add(powers.load_w, seconds)
        self._water.add(powers.water_w, seconds)
        battery_w = powers.battery_w
        if battery_w is not None:
            self._charged.add(max(0.0, battery_w), seconds)
            self._discharged.add(max(0.0, -battery_w), seconds)
        for key, power_w in powers.chargers_w.items():
            if key not in self._chargers:
                self._chargers[key] = _Energy()
            self._chargers[key].add(power_w, seconds)
        if powers.soc_percent is not None:
            self._soc_end = powers.soc_percent
        # the newest: a slot's own price is shown a moment after it has begun
        if powers.import_price_per_kwh is not None:
            self._import_price = powers.import_price_per_kwh
        if powers.export_price_per_kwh is not None:
            self._export_price = powers.export_price_per_kwh

    def row(self) -> SlotObservation | None:
        """Return what was seen; None of nothing."""
        if self._first is None:
            return None
        load_kwh = self._load.kwh
        return SlotObservation(
            start=datetime.fromtimestamp(self.start_s, UTC),
            import_kwh=self._imported.kwh,
            export_kwh=self._exported.kwh,
            import_price_per_kwh=self._import_price,
            export_price_per_kwh=self._export_price,
            pv_kwh=self._pv.kwh,
            load_kwh=None if load_kwh is None else max(0.0, load_kwh),
            battery_charge_kwh=self._charged.kwh,
            battery_discharge_kwh=self._discharged.kwh,
            soc_start_percent=self._first.soc_percent,
            soc_end_percent=self._soc_end,
            water_kwh=self._water.kwh,
            chargers_kwh={
                key: kwh
                for key, energy in self._chargers.items()
                if (kwh := energy.kwh) is not None
            },
            quality=self._quality(load_kwh),
        )

    def _quality(self, load_kwh: float | None) -> Quality:
        quality = Quality.INTEGRATED
        energies = (self._imported, self._pv, self._load, self._charged, self._water)
        # a clock that was put back shows a part of the slot twice
        seen_once = _WHOLE * SLOT_S <= self._seen_s <= SLOT_S * _TWICE
        if not seen_once or any(
            energy.is_partial for energy in (*energies, *self._chargers.values())
        ):
            quality |= Quality.PARTIAL
        if load_kwh is not None and load_kwh < _IMPLAUSIBLE_KWH:
            quality |= Quality.IMPLAUSIBLE
        return quality


class Integrator:
    """Makes slots of powers that are told one after the other."""

    def __init__(self) -> None:
        """Begin with the first powers."""
        self._slot: SlotMeter | None = None
        self._before: SlotObservation | None = None
        self._powers: Powers | None = None
        self._at_s = 0.0

    @property
    def has_begun(self) -> bool:
        """Whether a slot runs."""
        return self._slot is not None

    def go_on_from(self, row: SlotObservation) -> None:
        """Add ``row``, which was written before a restart, to the same slot."""
        self._before = row

    def step(self, at_s: float, powers: Powers) -> SlotObservation | None:
        """Count what flowed since the last step; return the slot that has closed.

        ``at_s`` is the clock's s since 1970. What flowed is what was told last; after a
        silence and after a change of the clock nothing is counted.
        """
        closed = None
        since_s, before, self._at_s, self._powers = self._at_s, self._powers, at_s, powers
        counts = before is not None and 0 < at_s - since_s <= LONGEST_STEP_S
        start_s = int(at_s // SLOT_S) * SLOT_S
        if self._slot is None or self._slot.start_s != start_s:
            if self._slot is not None:
                if counts and before is not None:
                    self._slot.add(before, start_s - since_s)
                closed = self.row()
            self._slot = SlotMeter(start_s)
            since_s = start_s
        if counts and before is not None:
            self._slot.add(before, at_s - since_s)
        return closed

    def row(self) -> SlotObservation | None:
        """Return the running slot as far as it was seen."""
        row = self._slot.row() if self._slot is not None else None
        before = self._before
        if row is None or before is None or before.start != row.start:
            return row
        return joined(before, row)


def joined(first: SlotObservation, then: SlotObservation) -> SlotObservation:
    """Return the two parts of a slot that was cut by a restart."""
    return replace(
        then,
        import_kwh=_sum(first.import_kwh, then.import_kwh),
        export_kwh=_sum(first.export_kwh, then.export_kwh),
        pv_kwh=_sum(first.pv_kwh, then.pv_kwh),
        load_kwh=_sum(first.load_kwh, then.load_kwh),
        battery_charge_kwh=_sum(first.battery_charge_kwh, then.battery_charge_kwh),
        battery_discharge_kwh=_sum(first.battery_discharge_kwh, then.battery_discharge_kwh),
        soc_start_percent=first.soc_start_percent,
        water_kwh=_sum(first.water_kwh, then.water_kwh),
        chargers_kwh=_sums(first.chargers_kwh, then.chargers_kwh),
        quality=first.quality | then.quality | Quality.PARTIAL,
    )


def _sum(first: float | None, then: float | None) -> float | None:
    known = [kwh for kwh in (first, then) if kwh is not None]
    return sum(known) if known else None


def _sums(first: Mapping[str, float], then: Mapping[str, float]) -> dict[str, float]:
    keys: Iterable[str] = dict.fromkeys((*first, *then))
    return {key: first.get(key, 0.0) + then.get(key, 0.0) for key in keys}
