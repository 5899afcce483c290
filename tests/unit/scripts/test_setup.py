"""scripts/setup finds what a machine has, and says in words what it cannot get."""

from pathlib import Path
import re
import shutil
import subprocess

import pytest

ROOT = Path(__file__).parents[3]
BASH = shutil.which("bash") or "bash"


def bash(command: str, path: Path | None = None, **environment: str) -> tuple[int, str]:
    """Run a command with the library of the scripts; return its exit code and all its output."""
    result = subprocess.run(  # noqa: S603  our own commands
        [BASH, "-c", f"source scripts/lib/common.sh; source scripts/lib/tools.sh; {command}"],
        cwd=ROOT,
        env={"HOME": "/nonexistent", "PATH": str(path) if path else "/usr/bin:/bin"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout.strip()


def program(folder: Path, name: str, output: str = "") -> Path:
    """Make a program that prints something."""
    file = folder / name
    file.write_text(f"#!{BASH}\necho '{output}'\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("wanted", "found", "enough"),
    [
        ("20.19", "20.19.0", True),
        ("20.19", "20.20.2", True),
        ("20.19", "22.1.0", True),
        ("20.19", "20.9.0", False),
        ("20.19", "18.20.4", False),
        ("0.9", "0.13.5", True),
        ("0.9", "0.8.24", False),
        ("0.9", "", False),
    ],
)
def test_versions_compare_by_number(wanted: str, found: str, *, enough: bool) -> None:
    """20.9 is older than 20.19."""
    code, _ = bash(f"at_least '{wanted}' '{found}'")
    assert (code == 0) == enough


def test_the_browser_named_by_the_user_comes_first(tmp_path: Path) -> None:
    """CHROMIUM wins over what is on PATH."""
    program(tmp_path, "chromium")
    own = program(tmp_path, "my-browser")
    assert bash("find_chromium", tmp_path, CHROMIUM=str(own)) == (0, str(own))


def test_a_browser_on_path_is_found(tmp_path: Path) -> None:
    """Chrome serves as well as Chromium."""
    chrome = program(tmp_path, "google-chrome")
    assert bash("find_chromium", tmp_path, CHROMIUM="") == (0, str(chrome))


def test_a_named_browser_that_is_not_there_does_not_hide_the_others(tmp_path: Path) -> None:
    """A stale CHROMIUM is passed over."""
    chromium = program(tmp_path, "chromium")
    assert bash("find_chromium", tmp_path, CHROMIUM="/nowhere") == (0, str(chromium))


def test_without_a_browser_setup_says_what_to_install(tmp_path: Path) -> None:
    """No package manager, no browser: a warning in words, and setup goes on."""
    code, output = bash("provide_chromium", tmp_path)
    assert code == 0
    assert "no Chromium here" in output
    assert "CHROMIUM" in output


@pytest.mark.parametrize(
    ("node", "npm", "fit"),
    [("v20.19.0", True, True), ("v18.20.4", True, False), ("v24.1.0", False, False)],
)
def test_a_node_that_is_too_old_or_alone_does_not_count(
    tmp_path: Path, node: str, *, npm: bool, fit: bool
) -> None:
    """The build needs a current Node and its package manager."""
    for tool in ("sort", "head", "tr"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    program(tmp_path, "node", node)
    if npm:
        program(tmp_path, "npm")
    code, _ = bash("has_node", tmp_path)
    assert (code == 0) == fit


def ocpp_client(folder: Path, lock: str) -> str:
    """Make a folder with a lock; return a command that takes it for the second OCPP client."""
    (folder / "package-lock.json").write_text(lock)
    return f"ocpp_client='{folder}'; cache='{folder}'; provide_client_packages"


def test_packages_of_the_lock_that_stands_are_not_fetched_again(tmp_path: Path) -> None:
    """The second run needs no network."""
    command = ocpp_client(tmp_path, "{}")
    (tmp_path / "node_modules").mkdir()
    npm = program(tmp_path, "npm")
    npm.write_text(f"#!{BASH}\necho run >>runs\n")
    path = f"{tmp_path}:/usr/bin:/bin"
    assert bash(f"{command}; {command}", PATH=path)[0] == 0
    assert (tmp_path / "runs").read_text() == "run\n"
    (tmp_path / "package-lock.json").write_text('{"changed": true}')
    assert bash(command, PATH=path)[0] == 0
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


def test_a_registry_that_does_not_answer_is_told_in_words(tmp_path: Path) -> None:
    """What npm said comes first, then what it means."""
    command = ocpp_client(tmp_path, "{}")
    npm = program(tmp_path, "npm")
    npm.write_text(f"#!{BASH}\necho nobody there; exit 1\n")
    code, output = bash(command, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert code == 1
    assert "nobody there" in output
    assert "end-to-end tests need them" in output


def test_uv_follows_pip_to_its_mirror() -> None:
    """A machine whose pip is pointed at a mirror has no other way out."""
    command = 'follow_pip_to_its_mirror; echo "${UV_DEFAULT_INDEX:-}"'
    assert bash(command, PIP_INDEX_URL="file:///mirror") == (0, "file:///mirror")


def test_an_index_chosen_for_uv_stays() -> None:
    """Who set uv up has said what they want."""
    command = 'follow_pip_to_its_mirror; echo "${UV_DEFAULT_INDEX:-}"'
    code, index = bash(command, PIP_INDEX_URL="file:///mirror", UV_DEFAULT_INDEX="file:///own")
    assert (code, index) == (0, "file:///own")


@pytest.mark.parametrize("command", ["scripts/setup --nonsense", "scripts/test nonsense"])
def test_an_unknown_word_is_refused_with_those_that_exist(command: str) -> None:
    """A typing mistake does not start five minutes of work."""
    code, output = bash(command)
    assert code == 1
    assert "there are" in output


def test_nothing_names_a_place_to_download_from() -> None:
    """Each machine reaches packages its own way: by its registries' ordinary clients."""
    files = [
        *ROOT.glob("scripts/*"),
        *ROOT.glob("scripts/lib/*"),
        *ROOT.glob("requirements*"),
        ROOT / "pyproject.toml",
        ROOT / ".ci" / "run",
    ]
    texts = {file: file.read_text() for file in files if file.is_file()}
    assert len(texts) > 10
    address = re.compile(r"https?://(?!127\.0\.0\.1|localhost)|git\+|^--", re.MULTILINE)
    offenders = {
        file.name: found for file, text in texts.items() if (found := address.search(text))
    }
    assert offenders == {}
