"""The engine's own package holds all of the engine."""

from pathlib import Path
import tomllib

ROOT = Path(__file__).parents[3]
ENGINE = ROOT / "custom_components" / "loadstar" / "engine"


def test_every_folder_of_the_engine_is_packaged() -> None:
    """A new folder that nobody listed would be missing in the wheel alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = {file.parent.relative_to(ENGINE).parts for file in ENGINE.rglob("*.py")}
    packages = {".".join(("loadstar_engine", *parts)) for parts in folders}
    assert packages == set(project["tool"]["setuptools"]["packages"])


def test_the_package_has_the_version_of_the_integration() -> None:
    """One release, one number."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    manifest = (ROOT / "custom_components" / "loadstar" / "manifest.json").read_text()
    assert f'"version": "{project["project"]["version"]}"' in manifest
