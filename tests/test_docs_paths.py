"""The docs about the code name files and folders that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED_PATH = re.compile(r"`([a-z_]+(?:/[a-z_]+)*(?:/|\.py))`")


def missing_paths(line: str) -> list[str]:
    """The paths in a line that lead nowhere; a bare file name may also stand beside a path named before it."""
    paths = NAMED_PATH.findall(line)
    folders = [(ROOT / "tutor" / path) for path in paths if "/" in path]
    places = [ROOT, ROOT / "tutor", *(folder if folder.is_dir() else folder.parent for folder in folders)]
    return [
        path
        for path in paths
        if not any((place / path).exists() for place in (places if "/" not in path else places[:2]))
    ]


@pytest.mark.parametrize("name", ["glossary.md", "architecture.md"])
def test_each_path_that_the_docs_name_exists(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    assert len(NAMED_PATH.findall(text)) > 40
    # A sentence may run over two lines; a row of a table never does.
    lines = [re.sub(r"\s+", " ", part) for part in re.split(r"\n\n|\n(?=\|)", text)]
    assert [path for line in lines for path in missing_paths(line)] == []


def test_a_path_that_leads_nowhere_is_found() -> None:
    assert missing_paths("| fault | `content/check.py`, `sections.py`; `content/nowhere.py`, `nobody.py` |") == [
        "content/nowhere.py",
        "nobody.py",
    ]
