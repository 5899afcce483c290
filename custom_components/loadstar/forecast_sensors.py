"""What is expected of sun and household, and how far that is to be trusted."""

from collections.abc import Callable, Iterator
from typing import Any, Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import MATCH_ALL, EntityCategory, UnitOfEnergy, UnitOfRatio

from .coordinator import LoadstarCoordinator
from .entity import LoadstarDescription, LoadstarEntity, each_of
from .models import FORECAST_SECTION, ForecastSnapshot
from .sensor_kinds import LoadstarSensor, LoadstarSensorDescription
from .wiring import SiteConfig

# The codes of ``CorrectionLabel``.
CORRECTIONS: Final = ("no_forecast", "learning", "over", "under", "on_target")
LOAD_MODELS: Final = ("learned", "naive", "default")

type _Description = LoadstarSensorDescription[SiteConfig, ForecastSnapshot]


def _has_pv(config: SiteConfig) -> bool:
    return config.has_pv


def _everywhere(_config: SiteConfig) -> bool:
    return True


def _energy(
    key: str,
    value: Callable[[ForecastSnapshot], float | None],
    exists: Callable[[SiteConfig], bool],
) -> _Description:
    """Return an energy that is expected: no meter, so Home Assistant keeps no sums of it."""
    return LoadstarSensorDescription(
        key=key,
        exists=exists,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value=value,
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100.0


def _correction(forecast: ForecastSnapshot) -> dict[str, Any]:
    return {
        "percent": forecast.correction_data.get("percent"),
        "confidence": forecast.correction_data.get("confidence"),
    }


def _load_model(forecast: ForecastSnapshot) -> dict[str, Any]:
    trained_at = forecast.trained_at
    return {
        "trained_at": None if trained_at is None else trained_at.isoformat(),
        "learned_days": forecast.learned_days,
        "notes": sorted({note.code for note in forecast.notes}),
    }


SITE_FORECAST: Final[tuple[_Description, ...]] = (
    _energy("pv_today", lambda forecast: forecast.pv_today_kwh, _has_pv),
    _energy("pv_remaining", lambda forecast: forecast.pv_remaining_kwh, _has_pv),
    _energy("pv_tomorrow", lambda forecast: forecast.pv_tomorrow_kwh, _has_pv),
    LoadstarSensorDescription(
        key="pv_confidence",
        exists=_has_pv,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda forecast: _percent(forecast.pv_confidence),
    ),
    LoadstarSensorDescription(
        key="pv_correction",
        exists=_has_pv,
        device_class=SensorDeviceClass.ENUM,
        options=list(CORRECTIONS),
        value=lambda forecast: forecast.correction,
        attributes=_correction,
    ),
    LoadstarSensorDescription(
        key="pv_forecast_error",
        exists=_has_pv,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda forecast: _percent(forecast.pv_error),
    ),
    _energy("load_today", lambda forecast: forecast.load_today_kwh, _everywhere),
    _energy("load_tomorrow", lambda forecast: forecast.load_tomorrow_kwh, _everywhere),
    LoadstarSensorDescription(
        key="load_forecast_error",
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda forecast: _percent(forecast.load_error),
        attributes=lambda forecast: {"same_as_last_week": _rounded(forecast.load_naive_error)},
    ),
    LoadstarSensorDescription(
        key="load_model",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(LOAD_MODELS),
        value=lambda forecast: forecast.load_model,
        attributes=_load_model,
    ),
)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share * 100.0, 1)


class ForecastSensor(LoadstarSensor[SiteConfig, ForecastSnapshot]):
    """A sensor of what is expected."""

    # the figures behind a state change with every forecast
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(
        self,
        coordinator: LoadstarCoordinator,
        description: LoadstarDescription[SiteConfig],
        subentry_id: None = None,
    ) -> None:
        """Belong to the site."""
        super().__init__(coordinator, description, subentry_id)
        self.coordinator_context: Any = FORECAST_SECTION

    @property
    @override
    def section(self) -> ForecastSnapshot:
        return self.coordinator.data.forecast


def forecast_sensors(coordinator: LoadstarCoordinator) -> Iterator[LoadstarEntity[Any, Any]]:
    """Yield the sensors of what is expected, where there can be any."""
    site = each_of({None: coordinator.config}, SITE_FORECAST)
    yield from (ForecastSensor(coordinator, *each) for each in site)
