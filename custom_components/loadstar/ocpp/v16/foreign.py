"""Which profiles of others are cleared, as far as 1.6 lets one name them."""

from collections.abc import Collection, Iterator

from ocpp.v16 import call
from ocpp.v16.enums import ChargingProfilePurposeType

# a charger is asked no more than this, however many levels and connectors it has
MOST_CALLS = 12
# levels to look at where the charger does not say how many it has
_UNTOLD_LEVEL = 3

_TX = ChargingProfilePurposeType.tx_profile
_TX_DEFAULT = ChargingProfilePurposeType.tx_default_profile
_MAXIMUM = ChargingProfilePurposeType.charge_point_max_profile


def clear_requests(
    connector_ids: Collection[int],
    *,
    charging: Collection[int],
    max_level: int | None,
    own_maximum: bool,
    own_levels: Collection[int],
) -> list[call.ClearChargingProfile]:
    """Return what clears profiles that would prevail over ours, the weightiest first.

    1.6 cannot list profiles nor spare one by its id, so ours are spared by level:
    they are at 0, and at ``own_levels`` where a set-point is a default. Limits of
    the whole charger are ours only with ``own_maximum``. Of ``charging`` connectors
    the transaction's profiles are cleared too.
    """
    requests = [] if own_maximum else [_clear(0, _MAXIMUM)]
    requests.append(_clear(0, _TX_DEFAULT))
    for level in _levels(max_level):
        for connector_id in connector_ids:
            if level not in own_levels:
                requests.append(_clear(connector_id, _TX_DEFAULT, level))
            if connector_id in charging:
                requests.append(_clear(connector_id, _TX, level))
    return requests[:MOST_CALLS]


def _levels(max_level: int | None) -> Iterator[int]:
    """Yield the levels above ours, the highest first: central systems like it best."""
    highest = _UNTOLD_LEVEL if max_level is None else min(max_level, 1000)
    if highest > 0:
        yield highest
        yield from range(1, highest)


def _clear(
    connector_id: int, purpose: ChargingProfilePurposeType, level: int | None = None
) -> call.ClearChargingProfile:
    return call.ClearChargingProfile(
        connector_id=connector_id, charging_profile_purpose=purpose, stack_level=level
    )
