"""What each charging mode lets a charger have."""

from dataclasses import replace

from ..models import ChargerContext, ChargingMode, Reason, ReasonCode, SiteContext
from .battery import Battery, BatteryLevel
from .claims import Offer
from .cleaning import number
from .pools import PoolKind, Pools

# order of service
GUARANTEED, ECO, SOLAR, EXCESS = range(4)


class Modes:
    """The charging modes on one site."""

    def __init__(self, site: SiteContext, battery: Battery, pools: Pools) -> None:
        """Keep what the modes depend on."""
        self._site = site
        self._battery = battery
        self._pools = pools

    def offer(self, charger: ChargerContext, maximum: float, minimum: float) -> Offer:
        """Return what a charger may have in the mode that is in force for it."""
        planned = charger.planned_current
        match self.mode(charger):
            case ChargingMode.PLANNED if planned is not None:
                return self._planned(charger, number(planned, 0.0), maximum)
            case ChargingMode.STANDARD:
                return self._standard(maximum)
            case ChargingMode.ECO:
                return self._eco(maximum, minimum)
            case ChargingMode.EXCESS:
                return self._excess(maximum)
            case _:
                return self._solar(maximum)

    def mode(self, charger: ChargerContext) -> ChargingMode:
        """Return the mode in force: without a plan or without the grid it is another one."""
        mode = charger.charging_mode or self._site.charging_mode
        if mode is ChargingMode.PLANNED and charger.planned_current is None:
            mode = ChargingMode.STANDARD if charger.has_goal else ChargingMode.SOLAR
        if mode is ChargingMode.ECO and not self._site.allow_grid_charging:
            mode = ChargingMode.SOLAR
        return mode

    def _standard(self, maximum: float) -> Offer:
        if self._site.allow_grid_charging:
            return Offer(rank=GUARANTEED, ceiling=maximum)
        own = self._pools.pool(PoolKind.OWN)
        self._watch_sun()
        return Offer(rank=GUARANTEED, ceiling=maximum, cover=own, share=own)

    def _planned(self, charger: ChargerContext, planned: float, maximum: float) -> Offer:
        if planned > 0:
            reason = Reason(ReasonCode.PLANNED, {"planned": planned}) if planned < maximum else None
            return replace(self._standard(maximum), ceiling=min(planned, maximum), reason=reason)
        if charger.planned_surplus:
            surplus = self._pools.pool(PoolKind.SURPLUS)
            return Offer(rank=GUARANTEED, ceiling=maximum, cover=surplus, share=surplus)
        return Offer(rank=GUARANTEED, ceiling=-1.0, reason=Reason(ReasonCode.PLANNED_PAUSE))

    def _eco(self, maximum: float, minimum: float) -> Offer:
        reason = battery_first(self._battery)
        if reason is not None:
            return Offer(rank=ECO, ceiling=min(minimum, maximum), reason=reason)
        return Offer(rank=ECO, ceiling=maximum, share=self._pools.pool(PoolKind.SOLAR))

    def _solar(self, maximum: float) -> Offer:
        if self._battery.level is BatteryLevel.BELOW_MIN:
            return Offer(rank=SOLAR, ceiling=-1.0, reason=battery_first(self._battery))
        solar = self._pools.pool(PoolKind.SOLAR)
        self._watch_sun()
        return Offer(rank=SOLAR, ceiling=maximum, cover=solar, share=solar)

    def _excess(self, maximum: float) -> Offer:
        excess = self._pools.pool(PoolKind.EXCESS)
        export = self._pools.pool(PoolKind.EXPORT)
        return Offer(rank=EXCESS, ceiling=maximum, cover=export, share=excess, gate=excess)

    def _watch_sun(self) -> None:
        """Follow the sun without the battery: it tells whether the battery is in the way."""
        if battery_first(self._battery) is not None:
            self._pools.pool(PoolKind.SUN)


def battery_first(battery: Battery) -> Reason | None:
    """Return why the battery goes before the car, if it does."""
    soc = {} if battery.soc is None else {"soc_percent": battery.soc}
    match battery.level:
        case BatteryLevel.BELOW_MIN:
            data = {**soc, "min_soc_percent": battery.floor}
            return Reason(ReasonCode.BATTERY_BELOW_MIN, data)
        case BatteryLevel.BELOW_TARGET:
            data = {**soc, "target_soc_percent": battery.target}
            return Reason(ReasonCode.BATTERY_BELOW_TARGET, data)
        case _:
            return None
