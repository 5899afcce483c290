"""What every test needs."""

from pathlib import Path

import pytest

# First of all, or the test plugin's own ``custom_components`` hides ours.
import custom_components.loadstar  # noqa: F401


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Return a folder of the test's own: no test is to find what another one has kept."""
    return str(tmp_path)
