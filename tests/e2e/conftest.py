"""One home per client for all end-to-end tests: starting a real Home Assistant takes its time."""

from collections.abc import AsyncIterator

import pytest

from tests.e2e.home import CLIENTS, Home


@pytest.fixture(
    scope="session",
    # where tests run side by side, those of one home stay together and in order
    params=[pytest.param(client, marks=pytest.mark.xdist_group(client)) for client in CLIENTS],
)
async def home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Home]:
    """Return a home with a site and two chargers with cars."""
    home = Home(tmp_path_factory.mktemp("hass"), request.param)
    try:
        await home.start()
        yield home
    finally:
        await home.stop()
