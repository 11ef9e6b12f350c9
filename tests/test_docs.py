"""The docs about the code name files, folders, classes and functions that exist, and draw the layers there are."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError
from pathlib import Path

import pytest

from docs.make_layers import PAGE, levels, read_graph, supports, with_layers
from docs.make_sheets import parse_arguments, scenes, write_picture
from tutor.content.course import open_course
from tutor.screens.table import SCREENS
from tutor.sims.table import SIMULATIONS

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


@pytest.mark.parametrize(("name", "fewest"), [("glossary.md", 40), ("where.md", 100), ("architecture.md", 10)])
def test_each_path_that_the_docs_name_exists(name: str, fewest: int) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    assert len(NAMED_PATH.findall(text)) >= fewest
    # A sentence may run over two lines; a row of a table never does.
    lines = [re.sub(r"\s+", " ", part) for part in re.split(r"\n\n|\n(?=\|)", text)]
    assert [path for line in lines for path in missing_paths(line)] == []


def test_a_path_that_leads_nowhere_is_found() -> None:
    assert missing_paths("| fault | `content/check.py`, `sections.py`; `content/nowhere.py`, `nobody.py` |") == [
        "content/nowhere.py",
        "nobody.py",
    ]


CODE = sorted(path for part in ("tutor", "tests", "benchmarks", "docs") for path in (ROOT / part).rglob("*.py"))
NAME = re.compile(
    r"(?<!`)`([A-Z][a-z]+(?:[A-Z][a-z]+)*|[A-Z][A-Z_]+|_?[a-z]+(?:_[a-z]+)+)(?:\.([a-z_]+))?(?:\([^`\n]*\))?`(?!`)"
)
"""A class, a constant or a name of two words in backticks, perhaps with an attribute, perhaps called."""
FOREIGN = {
    "fmpq_mpoly",
    "bash_complete",
    "bash_source",
    "math_block",
    "MyState",
    "MyThing",
    "MyMark",
    "MyInstance",
    "MOST",
}
"""Names in libraries, of what a recipe makes, and of what the glossary advises against."""


QUOTED = re.compile(r'(^ *)?r?"""(?:.|\n)*?"""', re.MULTILINE)
"""A text in three quotes; one that begins a line is a docstring."""
COMMENT = re.compile(r"(?:^|  )# .*$", re.MULTILINE)


@cache
def prose_and_code(path: Path) -> tuple[str, str]:
    """A module's docstrings and comments, and the rest of it; a page of the docs is all prose."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return text, ""
    prose = [found[0] for found in QUOTED.finditer(text) if found[1] is not None] + COMMENT.findall(text)
    code = QUOTED.sub(lambda found: found[0] if found[1] is None else "", text)
    return "\n".join(prose), COMMENT.sub("", code)


@cache
def names_in_code() -> set[str]:
    """Every word of the program and its tests but for comments and docstrings, and for the examples in here."""
    files = [path for path in CODE if path.name != Path(__file__).name]
    return {word for path in files for word in re.findall(r"\w+", prose_and_code(path)[1])}


@cache
def members() -> dict[str, set[str]]:
    """Class of the program → the names of what it has, its own and those of its bases."""
    own: dict[str, set[str]] = {}
    bases: dict[str, set[str]] = {}
    for path in (ROOT / "tutor").rglob("*.py"):
        for each in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(each, ast.ClassDef):
                inside = set(
                    re.findall(r"(?:def |class |^ {4}(?!def |class )|self\.)(\w+)", ast.unparse(each), re.MULTILINE)
                )
                own[each.name] = own.get(each.name, set()) | inside
                heads = {re.split(r"\W", ast.unparse(base))[0] for base in each.bases}
                bases[each.name] = bases.get(each.name, set()) | heads

    def all_of(name: str, seen: frozenset[str]) -> set[str]:
        above = bases.get(name, set()) - seen
        return own.get(name, set()).union(*(all_of(base, seen | {base}) for base in above))

    return {name: all_of(name, frozenset({name})) for name in own}


def stale_names(text: str) -> Iterator[str]:
    """The names in backticks that the code does not know."""
    for name, attribute in NAME.findall(text):
        if name in FOREIGN or attribute in {"py", "md"}:
            continue
        if name not in names_in_code():
            yield name
        elif attribute and name in members() and attribute not in members()[name]:
            yield f"{name}.{attribute}"


def test_every_name_that_docs_and_docstrings_give_is_one_of_the_code() -> None:
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    found = {str(path.relative_to(ROOT)): [*stale_names(prose_and_code(path)[0])] for path in [*pages, *CODE]}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "text", ["`Sitting.submit` records", "calls `heed_endings`", "`Session.hand_over()`", "`MOST_OF_ALL`"]
)
def test_a_name_that_is_gone_is_found(text: str) -> None:
    assert list(stale_names(text))


@pytest.mark.parametrize("text", ["`Session.submit` records", "`None`", "`call_after_paint(self, work)`", "`a`, `x_1`"])
def test_a_name_that_is_there_is_not(text: str) -> None:
    assert list(stale_names(text)) == []


def test_every_folder_of_the_program_is_named_where_one_looks_for_it() -> None:
    table = (ROOT / "docs" / "where.md").read_text("utf-8")
    folders = {str(path.parent.relative_to(ROOT / "tutor").as_posix()) for path in (ROOT / "tutor").rglob("*.py")}
    assert [folder for folder in sorted(folders - {"."}) if f"{folder}/" not in table] == []


def test_the_layers_on_the_page_are_those_of_the_imports() -> None:
    page = PAGE.read_text("utf-8")
    assert with_layers(page) == page, "run: python docs/make_layers.py"
    graph = read_graph()
    place = {name: number for number, level in enumerate(levels(graph)) for name in level}
    assert all(place[below] > place[name] for name, all_below in graph.items() for below in all_below)
    assert "```layers\n__main__ " in page


def test_layers_that_go_round_cannot_be_drawn() -> None:
    with pytest.raises(CycleError):
        levels({"a": {"b"}, "b": {"a"}})
    assert supports("a", {"a": {"b", "c"}, "b": {"c"}, "c": set()}) == ["b"]


def test_the_contact_sheets_show_every_screen_simulation_and_lesson() -> None:
    course = open_course()
    wanted = {f"screen-{name}" for name in SCREENS} | {f"sim-{name}" for name in SIMULATIONS}
    assert wanted | {f"lesson-{heading.front_matter.id}" for heading in course.headings} <= set(scenes(course))


def test_the_pictures_of_screens_keep_the_spaces_that_a_text_begins_with(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text class="a" x="1">&#160;&#160;a</text></svg>'
    write_picture(tmp_path / "screen.svg", svg)
    assert '<text xml:space="preserve" class="a"' in (tmp_path / "screen.svg").read_text("utf-8")


def test_each_character_of_a_text_with_braille_has_its_own_place_in_a_picture(tmp_path: Path) -> None:
    """Braille comes from a wider font: a line drawn as one text would end some cells away from its place."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text class="a" x="10" y="9" textLength="36">⠉&lt;⠤</text></svg>'
    write_picture(tmp_path / "screen.svg", svg)
    placed = re.findall(r'x="(\d+)" y="9" textLength="12">([^<]+)<', (tmp_path / "screen.svg").read_text("utf-8"))
    assert placed == [("10", "⠉"), ("22", "&lt;"), ("34", "⠤")]


def test_the_readme_names_every_lesson_in_the_order_of_the_course() -> None:
    rows = re.findall(r"^\| ((?:`[a-z-]+` ?)+)\| ", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    named = [name for row in rows for name in re.findall("`([a-z-]+)`", row)]
    assert named == [heading.front_matter.id for heading in open_course().headings]


def test_no_two_classes_of_the_program_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tutor").rglob("*.py")):
        for each in ast.parse(path.read_text("utf-8")).body:
            if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
                places.setdefault(each.name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_constant_is_called_most_or_least() -> None:
    """The glossary: a bound is a `MAX_…` or a `MIN_…`."""
    bounds = re.compile(r"^_?(?:MOST|LEAST|FEWEST|LENGTH)(?:_[A-Z_]+)?(?:: \w+)? =", re.MULTILINE)
    found = {path.name: bounds.findall(path.read_text("utf-8")) for path in (ROOT / "tutor").rglob("*.py")}
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize("given", [["--help"], [], ["--no-such-option"]])
def test_the_command_for_contact_sheets_takes_no_option_for_a_folder(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        parse_arguments(given)
    assert not list(tmp_path.iterdir())
    assert parse_arguments(["sheets", "neuron"]).folder == Path("sheets")
