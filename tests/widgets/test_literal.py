"""Text is never markup: what comes to a widget as a string is shown as it stands, by construction."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from tests.waiting import until
from tutor.widgets.literal import Button, LiteralApp, OptionList, Select, Static, literal

ROOT = Path(__file__).parent.parent.parent / "tutor"
MODULES = sorted(
    [*(ROOT / "screens").rglob("*.py"), *(ROOT / "widgets").rglob("*.py"), *(ROOT / "plain").rglob("*.py")]
)
HOME = "literal.py"
SAFE = {"Input", "LoadingIndicator", "Markdown", "TextArea"}
"""Textual's widgets that read no string as markup; any other is taken from `tutor.widgets.literal`."""
TITLES = {"border_title", "border_subtitle", "tooltip"}
PARSERS = {"from_markup", "from_text", "render_str", "render_markup", "to_content"}
"""What reads markup."""


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_literal(value: ast.expr) -> bool:
    """A sentence of our own, nothing at all, or content made by the helper."""
    if isinstance(value, ast.IfExp):
        return is_literal(value.body) and is_literal(value.orelse)
    if isinstance(value, ast.Constant):
        return value.value is None or "[" not in str(value.value)
    return isinstance(value, ast.Call) and name_of(value.func) in {"literal", "_as_help", "_highlight_matches"}


def imported(node: ast.ImportFrom) -> Iterator[str]:
    names = {alias.name for alias in node.names}
    if node.module == "textual.widgets":
        yield from (f"{name} is imported from textual.widgets, not from literal" for name in names - SAFE)
    if node.module in {"rich.markup", "textual.markup"}:
        yield f"{node.module} is imported"


def called(node: ast.Call) -> Iterator[str]:
    name = name_of(node.func)
    if name in PARSERS:
        yield f"{name} reads markup"
    if name in {"Hit", "DiscoveryHit"}:
        shown = [node.args[1 if name == "Hit" else 0], *(word.value for word in node.keywords if word.arg == "help")]
        yield from (f"{name} takes {ast.unparse(value)}" for value in shown if not is_literal(value))
    for word in node.keywords:
        if word.arg == "markup" and not (isinstance(word.value, ast.Constant) and word.value.value is False):
            yield "markup is asked for"
        if word.arg in TITLES and name != "Binding" and not is_literal(word.value):  # a binding's is our own
            yield f"{word.arg} is {ast.unparse(word.value)}"


def gives_text(node: ast.FunctionDef) -> bool:
    return node.returns is None or ast.unparse(node.returns) == "str"


def faults(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield from imported(node)
        elif isinstance(node, ast.Call):
            yield from called(node)
        elif isinstance(node, ast.Assign):
            named = {name_of(target) for target in node.targets} & TITLES
            if named and not is_literal(node.value):
                yield f"{named} is {ast.unparse(node.value)}"
        elif isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).partition("[")[0] for base in node.bases}
            yield from (f"{node.name} is an App; make it a LiteralApp" for base in bases & {"App"})
        elif isinstance(node, ast.FunctionDef) and node.name == "render" and node.args.args[:1] and gives_text(node):
            yield "render returns a string, which is read as markup"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_module_of_the_screens_gives_text_where_markup_is_read(path: Path) -> None:
    assert path.name == HOME or list(faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Static",
        "from textual.widgets import Input, Label",
        "from rich.markup import render",
        "Text.from_markup(title)",
        "Static(title, markup=True)",
        "self.border_title = section.title",
        "self.border_subtitle = f'{title}'",
        "self.tooltip = '[red]'",
        "Button('x', tooltip=title)",
        "Hit(1.0, title, callback)",
        "DiscoveryHit(literal(title), callback, help=said)",
        "def render(self) -> str: ...",
        "class Program(App[None]): ...",
    ],
)
def test_the_rule_sees_text_that_would_be_read_as_markup(source: str) -> None:
    assert list(faults(source)) != []


MARKS = ["[/x]", "[@click=app.bell]x[/]", "[red]x[/red]", "x[i]", r"\[", r"a\[b]", ":smile:", "[", "[]", "[/]", "$x[b]"]

MADE: list[tuple[str, Callable[[str], Widget]]] = [
    ("static", Static),
    ("button", Button),
    ("list", OptionList),
    ("select", lambda text: Select([(text, 1)], value=1, allow_blank=False)),
]


def written(program: App[None]) -> str:
    lines = program.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line) for line in lines)


def actions(program: App[None]) -> set[str]:
    lines = program.screen._compositor.render_strips()
    styles = [segment.style for line in lines for segment in line if segment.style is not None]
    return {str(style.meta["@click"]) for style in styles if "@click" in style.meta}


@pytest.mark.parametrize("text", MARKS)
@pytest.mark.parametrize("made", MADE, ids=[name for name, _ in MADE])
async def test_a_widget_shows_every_sign_of_a_string(made: tuple[str, Callable[[str], Widget]], text: str) -> None:
    class Program(LiteralApp):
        def compose(self) -> ComposeResult:
            widget = made[1](text)
            widget.border_title = literal(text)
            widget.styles.border = ("round", "red")
            widget.styles.width = "100%"
            yield widget

    program = Program()
    async with program.run_test(size=(60, 12), notifications=True) as pilot:
        await until(pilot, lambda: written(program).count(text) == 2)
        assert actions(program) == set()


async def test_words_that_are_set_later_and_notices_are_shown_as_they_stand() -> None:
    class Program(LiteralApp):
        def compose(self) -> ComposeResult:
            yield Button("before")
            yield Static("before")

    program = Program()
    async with program.run_test(size=(60, 12), notifications=True) as pilot:
        program.query_one(Button).label = "[@click=app.bell]one[/]"
        program.query_one(Static).update("[/two]")
        program.query_one(Static).notify("[/three]", title="[four]")
        program.screen.notify("[@click=app.bell]five[/]", markup=True)
        texts = ("[@click=app.bell]one[/]", "[/two]", "[/three]", "[four]", "bell]five[/]")
        await until(pilot, lambda: all(text in written(program) for text in texts))
        assert actions(program) == set()
