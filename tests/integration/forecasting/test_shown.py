"""What is published of the forecasts, and what of the past is named."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
import re
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.loadstar.engine import forecast
from custom_components.loadstar.engine.forecast.pv_left_out import PvLeftOut
from custom_components.loadstar.engine.forecast.types import EMPTY, HourlySeries, LeftOut
from custom_components.loadstar.engine.planner.inputs.load_profile import DefaultLoadProfile
from custom_components.loadstar.engine.planner.inputs.pv import EnergyPeriod
from custom_components.loadstar.engine.planner.inputs.types import PlanWarning
from custom_components.loadstar.forecasting.foreseen import Foreseen
from custom_components.loadstar.forecasting.models import Learned
from custom_components.loadstar.forecasting.notes import NOTES, notes_of, recent_notes
from custom_components.loadstar.forecasting.shown import forecast_snapshot
from custom_components.loadstar.planning.words import is_input_fault
from custom_components.loadstar.sources.types import PvForecast

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 6, 20, 22, tzinfo=UTC)
NOW = MIDNIGHT + timedelta(hours=12)
LOAD = DefaultLoadProfile(10.0, "Europe/Berlin")
HOUR = timedelta(hours=1)


def sun(first_h: int, until_h: int, kw: float = 1.0) -> PvForecast:
    """Return so many kW from an hour of the day to another."""
    return PvForecast(
        periods=tuple(
            EnergyPeriod(MIDNIGHT + hour * HOUR, MIDNIGHT + (hour + 1) * HOUR, kw)
            for hour in range(first_h, until_h)
        )
    )


def seen(first_h: int, *values: float) -> HourlySeries:
    start = int((MIDNIGHT + first_h * HOUR).timestamp())
    return HourlySeries(start_s=start + 3600 * np.arange(len(values)), values=np.array(values))


@pytest.mark.parametrize(
    ("pv", "measured", "today", "remaining", "tomorrow"),
    [
        pytest.param(sun(0, 48), EMPTY, 24.0, 12.0, 24.0, id="nothing measured"),
        pytest.param(sun(0, 48), seen(6, 0.5, 2.0), 24.5, 12.0, 24.0, id="two hours measured"),
        pytest.param(sun(12, 24), seen(10, 1.5, 2.0), 15.5, 12.0, None, id="from now on alone"),
        pytest.param(sun(0, 24), seen(-2, 9.0, 9.0), 24.0, 12.0, None, id="yesterday's hours"),
        pytest.param(sun(30, 40), EMPTY, None, None, 10.0, id="tomorrow alone"),
        pytest.param(PvForecast(periods=()), seen(6, 1.0), None, None, None, id="empty"),
        pytest.param(None, EMPTY, None, None, None, id="no PV"),
    ],
)
def test_today_is_what_was_measured_and_what_is_still_expected(
    pv: PvForecast | None,
    measured: HourlySeries,
    today: float | None,
    remaining: float | None,
    tomorrow: float | None,
) -> None:
    foreseen = Foreseen(load=LOAD, source=pv, pv=pv)
    shown = forecast_snapshot(Learned(), foreseen, measured, NOW, BERLIN)
    energies = (shown.pv_today_kwh, shown.pv_remaining_kwh, shown.pv_tomorrow_kwh)
    assert energies == pytest.approx((today, remaining, tomorrow))
    assert shown.pv_confidence is None
    assert shown.correction == ("no_forecast" if pv is None else "learning")
    assert shown.load_model == "default"


def test_what_was_left_out_is_named_with_its_days() -> None:
    days = (date(2026, 1, 3), date(2026, 1, 1))
    left_out = (
        LeftOut(code="pv_snow", days=days, data={"days": 2}),
        LeftOut(code="history_short", data={"days": 3, "needed": 7}),
    )
    snow, short = notes_of(left_out)
    assert snow == PlanWarning(
        code="pv_snow", data={"days": 2, "first": "2026-01-01", "last": "2026-01-03"}
    )
    assert short.data == {"days": 3, "needed": 7}


@pytest.mark.parametrize(("age", "is_named"), [(0, True), (14, True), (15, False)])
def test_what_happened_long_ago_is_no_warning_of_todays_plan(age: int, is_named: bool) -> None:  # noqa: FBT001  a case
    today = date(2026, 6, 21)
    past = LeftOut(code="pv_snow", days=(today - timedelta(days=age),))
    assert bool(recent_notes([past], today)) is is_named


@pytest.mark.parametrize("code", sorted(NOTES))
def test_nobody_is_asked_to_mend_the_past(code: str) -> None:
    assert not is_input_fault(code)


def test_all_that_the_engine_leaves_out_has_a_sentence() -> None:
    engine = Path(forecast.__file__).parent
    texts = "".join(path.read_text() for path in engine.glob("*.py"))
    codes = set(re.findall(r'"((?:history|meter)_[a-z_]+)"', texts)) | {str(c) for c in PvLeftOut}
    assert len(codes) > 10
    assert codes <= NOTES
