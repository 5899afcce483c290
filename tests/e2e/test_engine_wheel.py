"""The engine is a package of its own, for work without Home Assistant."""

from pathlib import Path
import shutil
import subprocess
import sys

ROOT = Path(__file__).parents[2]
PROBE = """
import pkgutil, importlib, sys, loadstar_engine
for module in pkgutil.walk_packages(loadstar_engine.__path__, "loadstar_engine."):
    importlib.import_module(module.name)
foreign = {"homeassistant", "voluptuous", "ocpp", "custom_components"} & set(sys.modules)
assert not foreign, foreign
print(loadstar_engine.__file__)
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command to its end and return what it printed."""
    result = subprocess.run(  # noqa: S603  our own commands
        command, cwd=cwd, check=False, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_the_wheel_of_the_engine_imports_with_nothing_around_it(tmp_path: Path) -> None:
    """A script or a notebook gets the engine by one install."""
    tree, environment = tmp_path / "tree", tmp_path / "environment"
    uv = Path(sys.executable).parent / "uv"
    # Built from a copy, because building leaves traces beside the source.
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    engine = Path("custom_components", "loadstar", "engine")
    shutil.copytree(ROOT / engine, tree / engine, ignore=shutil.ignore_patterns("__pycache__"))
    run(uv, "build", "--wheel", "--python", sys.executable, "--out-dir", tmp_path, cwd=tree)
    (wheel,) = tmp_path.glob("loadstar_engine-*.whl")
    run(uv, "venv", "--python", sys.executable, environment, cwd=tmp_path)
    python = environment / "bin" / "python"
    run(uv, "pip", "install", "--python", python, wheel, cwd=tmp_path)
    assert run(python, "-c", PROBE, cwd=tmp_path).startswith(str(environment))
