"""How a charger answers the central system, on the `ocpp` library."""

from collections.abc import Mapping
from typing import Any

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import (
    Action,
    AvailabilityType,
    ChargingProfileStatus,
    ChargingRateUnitType,
    ClearChargingProfileStatus,
    ConfigurationStatus,
    DataTransferStatus,
    GetCompositeScheduleStatus,
    RemoteStartStopStatus,
    ResetStatus,
    ResetType,
    TriggerMessageStatus,
    UnlockStatus,
)

from .clock import to_iso
from .profile import ProfileError, RateUnit, parse_profile
from .station import CONNECTOR_ID, Station


class SimulatedChargePoint(ChargePoint):
    """The charger's end of one websocket."""

    def __init__(self, station: Station, connection: Any) -> None:
        """Answer for ``station``."""
        super().__init__(station.config.station_id, connection, response_timeout=20)
        self._station = station

    @on(Action.get_configuration)
    def on_get_configuration(self, key: list[str] | None = None) -> Any:
        """Tell the configuration."""
        known, unknown = self._station.configuration.read(key)
        return call_result.GetConfiguration(configuration_key=known, unknown_key=unknown)

    @on(Action.change_configuration)
    def on_change_configuration(self, key: str, value: str) -> Any:
        """Change a key."""
        status = self._station.configuration.write(key, value)
        return call_result.ChangeConfiguration(status=ConfigurationStatus(status))

    @on(Action.trigger_message)
    def on_trigger_message(self, requested_message: str, connector_id: int | None = None) -> Any:
        """Send a message soon."""
        if connector_id not in (None, 0, CONNECTOR_ID):
            return call_result.TriggerMessage(status=TriggerMessageStatus.rejected)
        known = self._station.trigger(requested_message)
        status = TriggerMessageStatus.accepted if known else TriggerMessageStatus.not_implemented
        return call_result.TriggerMessage(status=status)

    @on(Action.remote_start_transaction)
    def on_remote_start_transaction(
        self,
        id_tag: str,
        connector_id: int | None = None,
        charging_profile: Mapping[str, Any] | None = None,
    ) -> Any:
        """Start a transaction soon; a profile within the command is not supported."""
        accepted = (
            connector_id in (None, CONNECTOR_ID)
            and charging_profile is None
            and self._station.remote_start(id_tag)
        )
        return call_result.RemoteStartTransaction(status=_remote_status(accepted=accepted))

    @on(Action.remote_stop_transaction)
    def on_remote_stop_transaction(self, transaction_id: int) -> Any:
        """Stop the transaction."""
        accepted = self._station.remote_stop(transaction_id)
        return call_result.RemoteStopTransaction(status=_remote_status(accepted=accepted))

    @on(Action.reset)
    def on_reset(self, type: str) -> Any:  # noqa: A002  the standard's word
        """Start again soon."""
        self._station.reset(hard=type == ResetType.hard)
        return call_result.Reset(status=ResetStatus.accepted)

    @on(Action.unlock_connector)
    def on_unlock_connector(self, connector_id: int) -> Any:
        """Release the cable."""
        if connector_id != CONNECTOR_ID:
            return call_result.UnlockConnector(status=UnlockStatus.not_supported)
        self._station.unlock()
        return call_result.UnlockConnector(status=UnlockStatus.unlocked)

    @on(Action.change_availability)
    def on_change_availability(self, connector_id: int, type: str) -> Any:  # noqa: A002, ARG002
        """Go in or out of service; one connector is the whole charger."""
        status = self._station.change_availability(operative=type == AvailabilityType.operative)
        return call_result.ChangeAvailability(status=status)

    @on(Action.data_transfer)
    def on_data_transfer(self, vendor_id: str, **_: Any) -> Any:  # noqa: ARG002
        """Know no vendor."""
        return call_result.DataTransfer(status=DataTransferStatus.unknown_vendor_id)

    @on(Action.set_charging_profile)
    def on_set_charging_profile(
        self, connector_id: int, cs_charging_profiles: Mapping[str, Any]
    ) -> Any:
        """Install a profile."""
        station = self._station
        span = station.transaction.span if station.transaction else None
        try:
            profile = parse_profile(
                connector_id,
                cs_charging_profiles,
                station.configuration.count("ChargingScheduleMaxPeriods"),
            )
            station.profiles.install(profile, span)
        except ProfileError as error:
            self.logger.info("%s: rejects a profile: %s", self.id, error)
            return call_result.SetChargingProfile(status=ChargingProfileStatus.rejected)
        return call_result.SetChargingProfile(status=ChargingProfileStatus.accepted)

    @on(Action.clear_charging_profile)
    def on_clear_charging_profile(
        self,
        id: int | None = None,  # noqa: A002  the standard's word
        connector_id: int | None = None,
        charging_profile_purpose: str | None = None,
        stack_level: int | None = None,
    ) -> Any:
        """Drop profiles."""
        cleared = self._station.profiles.clear(
            profile_id=id,
            connector_id=connector_id,
            purpose=charging_profile_purpose,
            stack_level=stack_level,
        )
        status = (
            ClearChargingProfileStatus.accepted if cleared else ClearChargingProfileStatus.unknown
        )
        return call_result.ClearChargingProfile(status=status)

    @on(Action.get_composite_schedule)
    def on_get_composite_schedule(
        self, connector_id: int, duration: int, charging_rate_unit: str | None = None
    ) -> Any:
        """Tell what the profiles amount to."""
        if connector_id not in (0, CONNECTOR_ID):
            return call_result.GetCompositeSchedule(status=GetCompositeScheduleStatus.rejected)
        station = self._station
        now = station.clock.now()
        evse = station.evse.config
        schedule = station.profiles.composite(
            now,
            duration,
            connector_id,
            station.transaction.span if station.transaction else None,
            evse.max_current_a,
        )
        in_watts = charging_rate_unit == RateUnit.WATTS
        factor = evse.voltage * len(evse.phase_rotation) if in_watts else 1.0
        unit = ChargingRateUnitType.watts if in_watts else ChargingRateUnitType.amps
        return call_result.GetCompositeSchedule(
            status=GetCompositeScheduleStatus.accepted,
            connector_id=connector_id,
            schedule_start=to_iso(now),
            charging_schedule={
                "duration": duration,
                "charging_rate_unit": unit,
                "charging_schedule_period": [
                    {"start_period": round(start), "limit": round(limit * factor, 1)}
                    for start, limit in schedule
                ],
            },
        )


def _remote_status(*, accepted: bool) -> RemoteStartStopStatus:
    return RemoteStartStopStatus.accepted if accepted else RemoteStartStopStatus.rejected
