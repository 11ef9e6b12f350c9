"""Each recipe of CONTRIBUTING is followed in a copy of the tree, to the letter, and does what it promises."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.progress.helping import attempt
from tutor.content.sections import BLOCK_NAMES
from tutor.progress.record.store import Store
from tutor.progress.tables.schema import SCHEMA_VERSION

ROOT = Path(__file__).parent.parent


def recipe(title: str) -> str:
    """The part of CONTRIBUTING below a heading."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return text.partition(f"\n## {title}")[2].partition("\n## ")[0]


def steps(title: str) -> int:
    return len(re.findall(r"^\d+\. ", recipe(title), re.MULTILINE))


def code_in(title: str) -> str:
    """The Python that a recipe shows."""
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
    for name in ("tutor", "tests", "lessons", "docs"):
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
    (line,) = re.findall(r"One line in `tutor/commands/__init__.py`[^`]*`(\"concepts\": .*?)`", recipe(title))
    insert_line(tree / "tutor" / "commands" / "__init__.py", '"errata":', f"    {line}")
    assert "adam" in run(tree, "tutor", "concepts", "adam")
    assert re.search(r"^  concepts +Print the concepts that the lesson ID", run(tree, "tutor", "--help"), re.MULTILINE)
    assert "Examples:\n    chainrule concepts adam\n" in run(tree, "tutor", "concepts", "--help")
    assert "chainrule concepts adam" in run(tree, "tutor", "completion", "man").replace("\\-", "-")
    run_tests(
        tree,
        "tests/headless/test_help.py",
        "tests/headless/test_pairs.py",
        "-k",
        "concepts or every_command or list_of_commands or imports_no_command",
    )


MOOD = """
import dataclasses, sys
from pathlib import Path
from tests.progress.helping import attempt
from tutor.content.sections import BLOCK_NAMES
from tutor.progress.record.store import Store
from tutor.progress.tables.schema import SCHEMA_VERSION
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
    assert f"since={SCHEMA_VERSION + 1})" in column
    (migration,) = re.findall(r"in `schema.py` beside it: `(.*?)`\.", recipe(title))
    tables = tree / "tutor" / "progress" / "tables"
    extend_tuple(tables / "attempt.py", '"""Every column but', f"    {column},")
    insert_line(tables / "attempt.py", "def row(self)", f"    {field}\n")
    extend_tuple(tables / "schema.py", '"""The statements of each version', f"    {migration}")
    older = Store.open(tmp_path / "older")
    older.add(attempt(0))
    older.close()
    (tree / "mood.py").write_text(MOOD, "utf-8")
    before, imported, faults, rescued = run(tree, "mood", str(older.folder), str(tmp_path / "other")).splitlines()
    assert before == " ['']"
    assert imported == "2 ['', 'glad']"
    assert faults == " "
    assert rescued == "['', 'glad']"


def change_front_matter(file: Path, **values: str) -> None:
    """Write other values into the front matter of a lesson."""
    head, rest = file.read_text("utf-8").removeprefix("---\n").split("---\n", 1)
    for key, value in values.items():
        head, count = re.subn(rf"^{key}: .*$", f"{key}: {value}", head, flags=re.MULTILINE)
        assert count == 1, key
    file.write_text(f"---\n{head}---\n{rest}", "utf-8")


def test_a_lesson_is_one_markdown_file(tree: Path) -> None:
    title = "A lesson: one Markdown file"
    assert steps(title) == 10
    (made,) = run(tree, "tutor", "new", "lesson", "my-topic").split()
    assert re.fullmatch(r"lessons/\d\d-my-topic\.md", Path(made).as_posix())
    file = tree / made
    blocks = set(re.findall(r"^```\{(\w+)\}", file.read_text("utf-8"), re.MULTILINE))
    (others,) = re.findall(r"has every block but\s+(.*)\.$", recipe(title), re.MULTILINE)
    assert {*BLOCK_NAMES} - blocks == {*re.findall(r"`(\w+)`", others)}
    (keys,) = re.findall(r"^3\. Fill in the front matter: (.*)\.$", recipe(title), re.MULTILINE)
    values = {"title": '"Trees"', "part": "More", "concepts": "[trees]", "needs": "[adam]", "minutes": "7"}
    assert set(re.findall(r"`(\w+)`", keys)) == values.keys()
    change_front_matter(file, **values)
    page = r"""
## Trees

Money is \$5, and a tree costs it.

$$t = 5 n$$ (tree-line)

```{values}
price: 5
```

Half of it is {= price / 2}, about {= round(price / 3, 2)}.

```{erratum} 11
A tree is often said to cost nothing. It costs {price}.
```
"""
    file.write_text(file.read_text("utf-8").replace("\n## Questions\n", f"{page}\n## Questions\n"), "utf-8")
    assert "no faults found" in run(tree, "tutor", "check", made)
    plain = run(tree, "tutor", "learn", "my-topic", "--plain")
    assert "Money is $5" in plain
    assert "Half of it is 2.5, about 1.67." in plain
    assert "tree line" in run(tree, "tutor", "formulas", "tree-line")
    assert "my-topic" in run(tree, "tutor", "errata", "11")
    lessons = ("test_yamls.py", "test_standing_alone.py")
    run_tests(tree, *(f"tests/content/{name}" for name in lessons), "-k", "my-topic")


def test_a_setting_is_one_entry(tree: Path) -> None:
    title = "A setting: one entry"
    code = textwrap.indent(code_in(title), "    ")
    table = tree / "tutor" / "settings" / "table.py"
    before, mark, after = table.read_text("utf-8").partition("\n\nSETTINGS: ")
    table.write_text(f"{before}{code}{mark}{after}", "utf-8")
    written = Path(run(tree, "tutor", "settings", "--init").strip())
    example = code.partition('example="')[2].partition('"')[0]
    settings = written.read_text("utf-8")
    assert f"\n# {example}\n" in settings
    written.write_text(settings.replace(f"# {example}", example.replace("false", "true")), "utf-8")
    assert re.search(r"^bell +true$", run(tree, "tutor", "settings"), re.MULTILINE)
    assert json.loads(run(tree, "tutor", "settings", "--json"))["settings"]["bell"] is True
    asked = "from tutor.settings.file import current_settings; print(current_settings().bell)"
    (tree / "asked.py").write_text(asked, "utf-8")
    assert run(tree, "asked") == "True\n"
    written.write_text("bell = 3\nbells = true\n", "utf-8")
    shown = run(tree, "tutor", "settings")
    assert "settings.toml:1: bell is true or false, not 3" in shown
    assert "did you mean 'bell'?" in shown
    written.unlink()
    (script,) = re.findall(r"`python (docs/\w+\.py)`", recipe(title))
    run(tree, script.removesuffix(".py").replace("/", "."))
    assert "| `bell` |" in (tree / "docs" / "settings.md").read_text("utf-8")
    run_tests(tree, "tests/settings", "-k", "page or file")


OPENED = """
import asyncio
from pathlib import Path
from tests.screens.story import app, press, text, until
from tutor.screens.requests import OpenScreen

async def look():
    folder = Path("story")
    folder.mkdir()
    program = app(folder)
    program.set_keymap({"concepts.reverse": "f9"})
    async with program.run_test(size=(80, 24)) as pilot:
        await until(pilot, "Quit")
        await pilot.press("ctrl+p", *"Concepts")
        await until(pilot, "What the lessons teach")
        await press(pilot, ["escape", "escape"])
        program.post_message(OpenScreen("concepts"))
        await until(pilot, "doubling: doubling, squares")
        print(text(program))
        await press(pilot, ["f9"])
        await until(pilot, lambda: text(program).index("rates: ") < text(program).index("doubling: "))
        await press(pilot, ["question_mark"])
        await until(pilot, "Turn the order round")
        print(text(program))

asyncio.run(look())
"""


def add_screen(tree: Path) -> None:
    """Write the screen of the recipe into the copy."""
    title = "A screen: one file and one line"
    (file,) = re.findall(r"^1\. `(tutor/\S+\.py)`", recipe(title), re.MULTILINE)
    (tree / file).write_text(code_in(title), "utf-8")
    (table, line) = re.findall(r"One line in `(\S+)`:\n +`(.*)`\.$", recipe(title), re.MULTILINE)[0]
    insert_line(tree / table, '"progress":', f"    {line}")


def test_a_screen_is_one_file_and_one_line(tree: Path) -> None:
    add_screen(tree)
    (tree / "opened.py").write_text(OPENED, "utf-8")
    shown = run(tree, "opened")
    assert "Reverse" in shown
    assert "Every concept, and the lesson that teaches it." in shown


def test_a_key_is_its_binding(tree: Path) -> None:
    add_screen(tree)
    assert "concepts.reverse" in run(tree, "tutor", "settings")
    (script,) = re.findall(r"`python (docs/\w+\.py)`", recipe("A key: its binding"))
    run(tree, script.removesuffix(".py").replace("/", "."))
    assert "| `R` | Reverse | `concepts.reverse` |" in (tree / "docs" / "keys.md").read_text("utf-8")
    run_tests(tree, "tests/screens/test_keys.py")


def test_every_recipe_is_followed() -> None:
    """A heading of CONTRIBUTING that promises something for so many files has a test that does it."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    followed = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_recipes.py"))
    titles = [title for title in re.findall(r"^## (.*)$", text, re.MULTILINE) if title.startswith("A ")]
    assert len(titles) == 9
    assert [title for title in titles if f'"{title.partition(":")[0]}' not in followed] == []
