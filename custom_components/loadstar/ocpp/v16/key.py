"""Giving an OCPP 1.6 charger the key that it proves itself with."""

from typing import TYPE_CHECKING

from ocpp.v16 import call
from ocpp.v16.enums import ConfigurationStatus

from ..charge_point import KeyAnswer

if TYPE_CHECKING:
    from .charge_point import ChargePoint16

AUTHORIZATION_KEY = "AuthorizationKey"

_ANSWERS = {
    ConfigurationStatus.accepted.value: KeyAnswer.TAKEN,
    ConfigurationStatus.reboot_required.value: KeyAnswer.RESTART,
}


async def set_key(charge_point: ChargePoint16, key: str) -> KeyAnswer:
    """Give the key as the standard wants it, in hex; as it is where that is refused."""
    for value in (key.encode().hex(), key):
        request = call.ChangeConfiguration(key=AUTHORIZATION_KEY, value=value)
        status = (await charge_point.send(request)).get("status")
        if answer := _ANSWERS.get(str(status)):
            return answer
        if status != ConfigurationStatus.rejected:
            break
    return KeyAnswer.REFUSED
