"""Statistics in the recorder, as integrations leave them there."""

from collections.abc import Iterable
from datetime import datetime

from homeassistant.components.recorder.db_schema import Statistics, StatisticsMeta
from homeassistant.components.recorder.models import StatisticMeanType, StatisticMetaData
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from sqlalchemy import insert

_CLASSES = {
    "W": "power",
    "kW": "power",
    "A": "electric_current",
    "°C": "temperature",
    "°F": "temperature",
    "kWh": "energy",
}


def remember(
    hass: HomeAssistant, entity: str, unit: str, start: datetime, values: Iterable[float | None]
) -> None:
    """Give the recorder hourly means from ``start`` on; None is an hour without one.

    Written at once: importing takes the recorder a millisecond for each.
    """
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=None,
        source="recorder",
        statistic_id=entity,
        unit_class=_CLASSES.get(unit),
        unit_of_measurement=unit,
    )
    with get_instance(hass).get_session() as session:
        meta = StatisticsMeta.from_meta(metadata)
        session.add(meta)
        session.flush()
        rows = [
            {
                "metadata_id": meta.id,
                "created_ts": 0.0,
                "start_ts": start.timestamp() + 3600 * hour,
                "mean": value,
            }
            for hour, value in enumerate(values)
            if value is not None
        ]
        session.execute(insert(Statistics), rows)
        session.commit()
