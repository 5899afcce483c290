"""What the documents point at is there."""

from pathlib import Path
import re

import pytest

ROOT = Path(__file__).parents[3]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(document: Path) -> None:
    """A page that moved takes its links along."""
    targets = [target for target in LINK.findall(document.read_text()) if "://" not in target]
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []


def test_there_are_documents_with_links() -> None:
    """The test above would pass over nothing."""
    assert LINK.findall((ROOT / "README.md").read_text())


def test_the_two_commands_are_the_first_things_in_the_readme() -> None:
    """A newcomer types what stands on top."""
    lines = (ROOT / "README.md").read_text().splitlines()
    assert [line for line in lines if line][1:5] == [
        "```",
        "scripts/develop",
        "scripts/test",
        "```",
    ]


@pytest.mark.parametrize("script", ["setup", "develop", "test", "lint", "bench", "plan"])
def test_every_script_that_the_documents_promise_can_be_run(script: str) -> None:
    """The executable bit is easily lost."""
    assert (ROOT / "scripts" / script).stat().st_mode & 0o111
