"""Why a charger gets what it gets, with the numbers that its sentence needs.

Currents are A per phase under plain names (``left``, ``available``, ``needed``, ``limit``),
powers end in ``_w`` and states of charge in ``_percent``.
"""

from ..models import Reason, ReasonCode
from .claims import Bound, Claim
from .ledger import Ledger
from .limits import room
from .phases import names_of
from .pools import PoolKind

NOT_CONNECTED = Reason(ReasonCode.NOT_CONNECTED)
DECIMALS = 2

type Data = dict[str, float | str]

_SCARCITY = {
    ReasonCode.SOLAR_SHARE: ReasonCode.NOT_ENOUGH_SOLAR,
    ReasonCode.EXCESS_SHARE: ReasonCode.NOT_ENOUGH_EXCESS,
}


class Reasons:
    """Puts the reasons of one site into words' material."""

    def __init__(
        self, ledger: Ledger, max_import_power: float | None, battery_first: Reason | None
    ) -> None:
        """Keep what the reasons tell of the site."""
        self._ledger = ledger
        self._max_import_power = max_import_power
        self._battery_first = battery_first

    def of(self, claim: Claim) -> Reason:
        """Return why a charger that takes part gets its current."""
        if not claim.possible:
            return self._impossible(claim)
        if not claim.admitted:
            return self._refused(claim)
        if claim.asleep:
            return Reason(ReasonCode.CAR_ASLEEP, {"minimum": claim.minimum})
        if claim.bound is None:
            return claim.offer.reason or Reason(ReasonCode.FULL, {"limit": claim.maximum})
        return self._limited(claim, claim.bound)

    def _impossible(self, claim: Claim) -> Reason:
        reason = claim.offer.reason
        if claim.maximum < claim.minimum or reason is None:
            data = {"needed": claim.minimum, "left": claim.maximum}
            return Reason(ReasonCode.NOT_ENOUGH_CURRENT, data)
        if reason.code is ReasonCode.PLANNED:
            return Reason(ReasonCode.PLANNED_PAUSE, {**reason.data, "needed": claim.minimum})
        return reason

    def _refused(self, claim: Claim) -> Reason:
        needed: Data = {"needed": claim.minimum}
        bound = claim.bound
        if bound is None:
            return Reason(ReasonCode.SHARED_WITH_OTHERS, needed)
        code = _SCARCITY.get(bound.code)
        if code is None:
            data = {**needed, "limited_by": bound.code.value, **self._data(claim, bound)}
            return Reason(ReasonCode.NOT_ENOUGH_CURRENT, data)
        if code is ReasonCode.NOT_ENOUGH_SOLAR and self._battery_first is not None:
            sun = self._ledger.pools.pool(PoolKind.SUN)
            if room(sun.spare, claim.active) >= claim.minimum:
                return self._battery_first  # without the battery the sun would do
        return Reason(code, {**needed, **self._data(claim, bound)})

    def _limited(self, claim: Claim, bound: Bound) -> Reason:
        offer = claim.offer
        if bound.code in _SCARCITY and offer.cover is not offer.share:
            if claim.current <= claim.minimum:
                code = ReasonCode.ECO_MINIMUM if offer.cover is None else bound.code
                return Reason(code, {"minimum": claim.minimum})
        elif claim.others and bound.code not in _SCARCITY:
            data = self._data(claim, bound)
            shared: Data = {**data, "limited_by": bound.code.value, "others": claim.others}
            return Reason(ReasonCode.SHARED_WITH_OTHERS, shared)
        return Reason(bound.code, self._data(claim, bound))

    def _data(self, claim: Claim, bound: Bound) -> Data:
        """Return the numbers of a limit; ``left`` is what it leaves for this charger per phase."""
        left = round(claim.current if claim.admitted else max(0.0, bound.rise), DECIMALS)
        names = names_of(bound.phases)
        match bound.code:
            case ReasonCode.LIMITED_BY_PHASE:
                available = round(self._ledger.available[bound.phases], DECIMALS)
                return {"phase": names, "left": left, "available": available}
            case ReasonCode.LIMITED_BY_CIRCUIT if bound.circuit is not None:
                circuit = bound.circuit
                limits: Data = {"circuit": circuit.circuit_id, "limit": circuit.limit}
                return {**limits, "phase": names, "left": left}
            case ReasonCode.LIMITED_BY_IMPORT:
                return {"import_limit_w": self._max_import_power or 0.0, "left": left}
            case ReasonCode.LIMITED_BY_UNBALANCE if self._ledger.unbalance is not None:
                return {"limit": self._ledger.unbalance.limit, "phase": names, "left": left}
            case _:
                return {"share": left, "phase": names}
