"""Styles that are looked up once for all that stand alike are those that Textual finds for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.styles import RulesMap, Styles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Button, Input, Label

from tests.screens.story import SMALL, app, press, until
from tutor.quiz.selection import QuizOptions
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.requests import GoHome, OpenQuiz, OpenScreen, OpenSimulation
from tutor.screens.terminal.styles import QuickStylesheet
from tutor.sims.table import find_simulation


class Searching(Stylesheet):
    """Textual's own search of all rules, which leaves widgets as they are."""

    def __init__(self, like: Stylesheet) -> None:
        super().__init__(variables=like._variables)
        self.source = like.source.copy()
        self._require_parse = True
        self.found: RulesMap = {}

    def replace_rules(self, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:  # type: ignore[override]
        self.found = rules

    def _process_component_classes(self, node: DOMNode) -> None:
        pass


def nodes(program: App[Any]) -> Iterator[DOMNode]:
    yield program
    for screen in program.screen_stack:
        yield from screen.walk_children(with_self=True)


def as_set(rules: RulesMap) -> RulesMap:
    """`rules` as a widget has them once each was set."""
    styles = Styles()
    for key, value in rules.items():
        setattr(styles, key, value)
    return styles._rules


def comparable(rules: RulesMap) -> dict[str, object]:
    """A layout is made anew each time, and equal to no other."""
    return {key: type(value) if key == "layout" else value for key, value in rules.items()}


def differing(program: App[Any]) -> list[str]:
    """What has other rules than Textual would find for it."""
    searching, found = Searching(program.stylesheet), []
    for node in nodes(program):
        flags = node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even
        searching.found = {}
        searching.apply(node)
        wanted, given = comparable(as_set(searching.found)), comparable(node.styles.base._rules)
        if searching.found and wanted != given:
            found.append(f"{node.css_path_nodes}: {wanted.items() ^ given.items()}")
        now = node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even
        if now != flags:
            found.append(f"{node.css_path_nodes}: {now} instead of {flags}")
    return found


async def test_screens_pages_themes_and_focus_leave_everything_with_the_styles_textual_finds(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="rates", section=0))
    async with program.run_test(size=SMALL) as pilot:
        assert isinstance(program.stylesheet, QuickStylesheet)
        for story in (turn_pages, answer, change_theme, open_everything):
            await story(program, pilot)
            assert differing(program) == [], story.__name__
        assert program.stylesheet._memory.styles, "something was remembered"


async def turn_pages(program: ChainruleApp, pilot: Pilot[Any]) -> None:
    await press(pilot, ["n", "n", "p", "n", "tab", "shift+tab"])


async def answer(program: ChainruleApp, pilot: Pilot[Any]) -> None:
    program.post_message(OpenQuiz(QuizOptions()))
    await pilot.pause()
    await press(pilot, ["1", "enter", "enter", "h"])


async def change_theme(program: ChainruleApp, pilot: Pilot[Any]) -> None:
    light = next(name for name, theme in program.available_themes.items() if not theme.dark)
    program.theme = light
    await until(pilot, lambda: not program.current_theme.dark)


async def open_everything(program: ChainruleApp, pilot: Pilot[Any]) -> None:
    for request in (OpenScreen("progress"), OpenScreen("find"), OpenSimulation(find_simulation("adam").build(), 2)):
        program.post_message(request)
        await pilot.pause()
        await press(pilot, ["tab", "tab"])
        assert differing(program) == [], request
    program.post_message(GoHome())
    await pilot.pause()
    await press(pilot, ["question_mark"])


class Depending(App[None]):
    """Styles that depend on siblings, focus, what is within, names and what stands above."""

    CSS = """
    Label { color: red; }
    Label:first-child { color: green; }
    Vertical:focus-within Label { background: blue; }
    Vertical.-loud > Label { text-style: bold; }
    #here Label { text-style: italic; }
    Label:disabled { opacity: 50%; }
    Button:focus { text-style: underline; }
    """

    def compose(self) -> ComposeResult:
        for name in ("here", "there", "elsewhere"):
            with Vertical(id=name):
                yield Label("one")
                yield Label("two")
                yield Input()
                yield Button("three")


CHANGES: dict[str, Callable[[App[Any]], object]] = {
    "as composed": lambda app: None,
    "focus": lambda app: app.query("Input").first().focus(),
    "focus elsewhere": lambda app: app.query("Button").last().focus(),
    "a class": lambda app: app.query_one("#there").add_class("-loud"),
    "disabled above": lambda app: setattr(app.query_one("#here"), "disabled", True),
    "no first child": lambda app: app.query_one("#there").query(Label).first().remove(),
    "moved": lambda app: app.query_one("#there").move_child(1, before=0),
    "another theme": lambda app: setattr(app, "theme", "textual-light"),
    "mounted later": lambda app: app.query_one("#elsewhere").mount(Label("four"), before=0),
}


async def test_what_a_rule_may_depend_on_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.app.Stylesheet", QuickStylesheet)
    program = Depending()
    async with program.run_test() as pilot:
        assert isinstance(program.stylesheet, QuickStylesheet)
        for name, change in CHANGES.items():
            change(program)
            await pilot.pause()
            program.stylesheet.update(program.screen)  # Textual does not always see when a rule begins to hold
            assert differing(program) == [], name
        assert program.stylesheet._memory.styles
