"""The configuration keys of a charger."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

MEASURANDS = frozenset(
    {
        "Current.Import",
        "Current.Offered",
        "Energy.Active.Import.Register",
        "Power.Active.Import",
        "Voltage",
    }
)


def _is_count(value: str) -> bool:
    return value.isdecimal()


def _is_boolean(value: str) -> bool:
    return value.lower() in ("true", "false")


def _is_authorization_key(value: str) -> bool:
    return len(value) in range(16, 41)  # OCPP-J 1.6, 6.2.2: 20 bytes, in hex or not


@dataclass(slots=True)
class Key:
    """A key's value, and what may be written to it (None: nothing)."""

    value: str
    accepts: Callable[[str], bool] | None = None
    hidden: bool = False


class Configuration:
    """A charger's keys, as GetConfiguration and ChangeConfiguration see them."""

    def __init__(
        self,
        measurands: frozenset[str] = MEASURANDS,
        settings: Mapping[str, str | None] | None = None,
    ) -> None:
        """Begin with a charger's defaults, but for ``settings``; None takes a key out."""
        self._measurands = measurands
        self._keys = {
            "AuthorizeRemoteTxRequests": Key("false", _is_boolean),
            "AuthorizationKey": Key("", _is_authorization_key, hidden=True),
            "ChargeProfileMaxStackLevel": Key("9"),
            "ChargingScheduleAllowedChargingRateUnit": Key("Current,Power"),
            "ChargingScheduleMaxPeriods": Key("6"),
            "ClockAlignedDataInterval": Key("0", _is_count),
            "ConnectionTimeOut": Key("60", _is_count),
            "ConnectorSwitch3to1PhaseSupported": Key("false"),
            "HeartbeatInterval": Key("300", _is_count),
            "LocalAuthorizeOffline": Key("true", _is_boolean),
            "MaxChargingProfilesInstalled": Key("10"),
            "MeterValueSampleInterval": Key("60", _is_count),
            "MeterValuesAlignedData": Key("", self._are_measurands),
            "MeterValuesSampledData": Key("Energy.Active.Import.Register", self._are_measurands),
            "NumberOfConnectors": Key("1"),
            "StopTransactionOnEVSideDisconnect": Key("true"),
            "SupportedFeatureProfiles": Key("Core,SmartCharging,RemoteTrigger"),
            "WebSocketPingInterval": Key("20", _is_count),
        }
        for name, value in (settings or {}).items():
            if value is None:
                del self._keys[name]
            else:
                self._keys[name].value = value

    def read(self, names: Iterable[str] | None) -> tuple[list[dict[str, str | bool]], list[str]]:
        """Return what GetConfiguration answers: the keys, and the unknown names."""
        wanted = list(names or [name for name, key in self._keys.items() if not key.hidden])
        known = [self._read_key(name) for name in wanted if name in self._keys]
        return known, [name for name in wanted if name not in self._keys]

    def _read_key(self, name: str) -> dict[str, str | bool]:
        key = self._keys[name]
        told: dict[str, str | bool] = {"key": name, "readonly": key.accepts is None}
        return told if key.hidden else {**told, "value": key.value}

    def write(self, name: str, value: str) -> str:
        """Change a key and return what ChangeConfiguration answers."""
        key = self._keys.get(name)
        if key is None:
            return "NotSupported"
        if key.accepts is None or not key.accepts(value):
            return "Rejected"
        key.value = value
        return "Accepted"

    def count(self, name: str) -> int:
        """Return a key that holds a number."""
        return int(self._keys[name].value)

    def names(self, name: str) -> list[str]:
        """Return a key that holds a list."""
        return [item.strip() for item in self._keys[name].value.split(",") if item.strip()]

    def is_true(self, name: str) -> bool:
        """Return a key that holds a boolean."""
        return self._keys[name].value.lower() == "true"

    def _are_measurands(self, value: str) -> bool:
        return all(item.strip() in self._measurands for item in value.split(",") if item.strip())
