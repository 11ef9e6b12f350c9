"""Each recipe of CONTRIBUTING is followed in a copy of the tree, to the letter, and does what it promises."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.progress.helping import attempt
from tutor.progress.record.store import Store

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


def extend_tuple(file: Path, before: str, line: str) -> None:
    """Put a line at the end of the tuple whose docstring begins with `before`."""
    text = file.read_text("utf-8")
    assert text.count(f"\n)\n{before}") == 1
    file.write_text(text.replace(f"\n)\n{before}", f"\n{line}\n)\n{before}"), "utf-8")


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


MOOD = """
import dataclasses, sys
from pathlib import Path
from tests.progress.helping import attempt
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record
from tutor.progress.safety.soundness import find_fault
folder, other = Path(sys.argv[1]), Path(sys.argv[2])
store = Store.open(folder)
print(store.notice, [item.mood for item in store.attempts()])
store.add(dataclasses.replace(attempt(1), mood="glad"))
export_record(store, folder / "out.jsonl")
store.checkpoint()
copy = Store.open(other)
print(import_record(copy, folder / "out.jsonl"), [item.mood for item in copy.attempts()])
print(find_fault(store.path), find_fault(copy.path))
store.path.write_bytes(store.path.read_bytes()[:-100])
print([item.mood for item in Store.open(folder).attempts()])
"""


def test_a_column_of_the_record_is_one_entry_and_one_line(tree: Path, tmp_path: Path) -> None:
    title = "A column of the record: one entry and one line"
    assert steps(title) <= 10
    column, field = re.findall(r"`(AttemptColumn\(.*?\)|mood: .*?)`", recipe(title))
    (migration,) = re.findall(r"in `schema.py`: `(.*?)`\.", recipe(title))
    record = tree / "tutor" / "progress" / "record"
    extend_tuple(record / "attempt.py", '"""Every column but', f"    {column},")
    insert_line(record / "attempt.py", "def row(self)", f"    {field}\n")
    extend_tuple(record / "schema.py", '"""The statements of each version', f"    {migration}")
    older = Store.open(tmp_path / "older")
    older.add(attempt(0))
    older.close()
    (tree / "mood.py").write_text(MOOD, "utf-8")
    before, imported, faults, rescued = run(tree, "mood", str(older.folder), str(tmp_path / "other")).splitlines()
    assert before == " ['']"
    assert imported == "2 ['', 'glad']"
    assert faults == " "
    assert rescued == "['', 'glad']"
