"""Years that many tests look at."""

from collections.abc import Callable
from datetime import date

from loadstar_engine.simulation.year import Year, YearConfig, simulate_year
import numpy as np
import numpy.typing as npt
import pytest

type FloatArray = npt.NDArray[np.float64]
type Daily = Callable[[FloatArray], FloatArray]

SEEDS = (1, 2, 3)


@pytest.fixture(scope="session", params=SEEDS)
def year(request: pytest.FixtureRequest) -> Year:
    """Simulate two years."""
    return simulate_year(YearConfig(start=date(2024, 1, 1), days=731), request.param)


@pytest.fixture
def daily(year: Year) -> Daily:
    """Add a year's slots up to its days."""
    return lambda slots: np.bincount(year.when.day, slots).astype(np.float64)


@pytest.fixture
def is_winter(year: Year) -> npt.NDArray[np.bool_]:
    """Tell December to February by slot."""
    day = year.when.season_day % 365.25
    return (day < 60) | (day > 335)


@pytest.fixture
def is_summer(year: Year) -> npt.NDArray[np.bool_]:
    """Tell June to August by slot."""
    day = year.when.season_day % 365.25
    return (day > 151) & (day < 244)
