"""The walls between the rooms hold: an import across one fails the lint."""

import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[3]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what the contracts speak about."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for room in ("custom_components", "simulated_home", "benchmarks"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over a copy of the tree."""
    return subprocess.run(  # noqa: S603  our own command and arguments
        [LINT_IMPORTS, "--no-cache"],
        cwd=house,
        env=os.environ | {"COLUMNS": "200"},  # names of contracts stay on one line
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tree_as_it_is_keeps_all_contracts(house: Path) -> None:
    """Nothing below would mean much otherwise."""
    result = lint(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "forbidden_import", "contract"),
    [
        ("engine/models.py", "import homeassistant.core", "The engine knows nothing"),
        ("engine/models.py", "import ocpp.v16", "The engine knows nothing"),
        ("engine/models.py", "from ..const import DOMAIN", "Data goes one way"),
        ("engine/models.py", "from ..ocpp.types import Connector", "Data goes one way"),
        ("ocpp/types.py", "import homeassistant.core", "The central system knows nothing"),
        ("ocpp/types.py", "from ..engine import models", "The central system knows nothing"),
        ("sensor.py", "from .ocpp.types import Connector", "Entities and actions show"),
        ("number.py", "from .sources import meter", "Entities and actions show"),
        ("sources/meter.py", "from .. import actuators", "Only actuators"),
        ("coordinator.py", "from . import sensor", "Data goes one way"),
        ("coordinator.py", "import simulated_home", "What ships knows nothing"),
        (
            "../../simulated_home/const.py",
            "from custom_components.loadstar import const",
            "The simulated home meets",
        ),
    ],
)
def test_an_import_across_a_wall_fails(
    house: Path, module: str, forbidden_import: str, contract: str
) -> None:
    """Every wall is there and has no door."""
    file = house / "custom_components" / "loadstar" / module
    before = file.read_text()
    file.write_text(f"{forbidden_import}\n{before}")
    try:
        result = lint(house)
    finally:
        file.write_text(before)
    assert result.returncode == 1, result.stdout
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    assert any(contract in line for line in broken), result.stdout
