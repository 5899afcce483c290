"""Units are taken from what stands beside the number."""

import pytest

from custom_components.loadstar.sources.prices.units import Unit, read_unit
from custom_components.loadstar.sources.types import SourceError


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("EUR/kWh", Unit(1.0, "EUR")),
        ("€/kWh", Unit(1.0, "EUR")),
        ("SEK/kWh", Unit(1.0, "SEK")),
        ("EUR/MWh", Unit(0.001, "EUR")),
        ("EUR/Wh", Unit(1000.0, "EUR")),
        ("kr/kWh", Unit(1.0, None)),
        ("$/kWh", Unit(1.0, None)),
        ("£/kWh", Unit(1.0, "GBP")),
        ("zł/kWh", Unit(1.0, "PLN")),
        ("Kč/kWh", Unit(1.0, "CZK")),
        ("ct/kWh", Unit(0.01, None)),
        ("Cent/kWh", Unit(0.01, None)),
        ("c€/kWh", Unit(0.01, "EUR")),
        ("Öre/kWh", Unit(0.01, "SEK")),
        ("øre/kWh", Unit(0.01, None)),
        ("p/kWh", Unit(0.01, "GBP")),
        (" EUR / kWh ", Unit(1.0, "EUR")),
        ("ct/MWh", Unit(0.00001, None)),
    ],
)
def test_a_unit_of_price_is_understood(text: str, unit: Unit) -> None:
    found = read_unit(text, "sensor.price")
    assert found.factor == pytest.approx(unit.factor)
    assert found.currency == unit.currency


@pytest.mark.parametrize(
    "text",
    [None, "", "EUR", "kWh", "/kWh", "EUR/", "EUR/m³", "€/kW", "%", "eur/kWh", "bananas/kWh", 5],
)
def test_a_foreign_unit_is_refused_and_named(text: object) -> None:
    with pytest.raises(SourceError) as refused:
        read_unit(text, "sensor.price")
    warning = refused.value.warning
    assert (warning.code, warning.data) == (
        "price_unit",
        {"source": "sensor.price", "unit": "" if text is None else str(text)},
    )
