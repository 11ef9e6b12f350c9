"""Each recipe of CONTRIBUTING is followed in a copy of the tree, to the letter, and does what it promises."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def recipe(title: str) -> str:
    """The part of CONTRIBUTING below a heading."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return text.partition(f"\n## {title}")[2].partition("\n## ")[0]


def steps(title: str) -> int:
    return len(re.findall(r"^\d+\. ", recipe(title), re.MULTILINE))


def code_in(title: str) -> str:
    """The Python file that a recipe shows."""
    (block,) = re.findall(r"^ *```python\n(.*?)^ *```$", recipe(title), re.MULTILINE | re.DOTALL)
    return textwrap.dedent(block)


def insert_line(file: Path, before: str, line: str) -> None:
    """Put a line before the only one that begins with `before`."""
    lines = file.read_text("utf-8").split("\n")
    (place,) = (number for number, text in enumerate(lines) if text.strip().startswith(before))
    lines.insert(place, line)
    file.write_text("\n".join(lines), "utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program and its tests, to be changed."""
    folder = tmp_path / "tree"
    unwanted = shutil.ignore_patterns("__pycache__", "__snapshots__", "peers")
    for name in ("tutor", "tests", "lessons"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def run(tree: Path, *arguments: str) -> str:
    """What a module prints when it is run in the copy, and nowhere else."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "CHAINRULE_HOME": str(tree / "home")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_tests(tree: Path, *arguments: str) -> None:
    """Run tests of the copy; none at all is a failure too."""
    run(tree, "pytest", "-n", "0", "-p", "no:cacheprovider", *arguments)


def test_a_command_is_one_file_and_one_line(tree: Path) -> None:
    title = "A command: one file and one line"
    assert 5 <= steps(title) <= 10
    (tree / "tutor" / "commands" / "concepts.py").write_text(code_in(title), "utf-8")
    (line,) = re.findall(r"One line in `tutor/commands/__init__.py`.*`(\"concepts\": .*?)`", recipe(title))
    insert_line(tree / "tutor" / "commands" / "__init__.py", '"errata":', f"    {line}")
    assert "adam" in run(tree, "tutor", "concepts", "adam")
    assert re.search(r"^  concepts +Print the concepts that the lesson ID", run(tree, "tutor", "--help"), re.MULTILINE)
    assert "Examples:\n    chainrule concepts adam\n" in run(tree, "tutor", "concepts", "--help")
    assert "chainrule concepts adam" in run(tree, "tutor", "completion", "man").replace("\\-", "-")
    run_tests(tree, "tests/headless/test_help.py", "tests/headless/test_pairs.py", "-k", "concepts or every_command")
