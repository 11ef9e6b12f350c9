"""Stories about the app around the screens: help, palette, size, themes, opening."""

from pathlib import Path

import pytest
from textual.binding import Binding
from textual.command import CommandList
from textual.widgets import Input

from tests.screens.story import SMALL, WIDE, app, press, shown_keys, text, until
from tutor.errors import UsageError
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.base import TooSmall
from tutor.screens.catalogue import own_classes
from tutor.screens.command_palette import CommandPaletteScreen, _simulation_commands
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.simulator import SimulatorScreen
from tutor.screens.help import HelpScreen
from tutor.screens.quiz.quiz import QuizScreen
from tutor.screens.requests import OpenLesson, OpenSimulation
from tutor.screens.themes import THEMES
from tutor.sims.table import SIMULATION_TITLES, SIMULATIONS, find_simulation
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.key_bar import KeyBar


async def test_the_help_names_what_has_the_focus_and_its_keys(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["question_mark"])
        await until(pilot, "Course map")
        assert "Open the lesson under the cursor" in text(program)
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_a_question_mark_and_f1_help_while_one_types_and_write_nothing(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "What is twice")
        await press(pilot, ["tab", "1"])
        for key in ("question_mark", "f1"):
            await press(pilot, [key])
            await until(pilot, lambda: isinstance(program.screen, HelpScreen))
            assert "Answer line" in text(program)
            assert "The next hint" in text(program)
            await press(pilot, ["b"])
            await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        assert program.screen.query(Input).first().value == "1"


def test_every_binding_has_an_id_of_its_own_and_says_what_it_does() -> None:
    ids: list[str] = []
    for owner in own_classes():
        for binding in vars(owner).get("BINDINGS", []):
            assert isinstance(binding, Binding), owner
            assert binding.id, (owner, binding)
            assert binding.tooltip, (owner, binding)
            ids.append(binding.id)
    assert len(ids) > 30
    assert len(set(ids)) == len(ids)


async def test_the_key_bar_follows_the_focus_and_its_keys_can_be_clicked(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "q Quit")
        bar = text(program).splitlines()[-1]
        await pilot.click(KeyBar, offset=(bar.index("Progress") - 1, 0))
        await until(pilot, "Nothing is on record yet")
        await until(pilot, "esc Back")


async def test_a_narrow_key_bar_keeps_help(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(40, 14)) as pilot:
        await until(pilot, "? Help")


def has_found(program: ChainruleApp) -> bool:
    """Whether the palette has looked for what was typed, and is done with it."""
    found = [*program.screen.query(CommandList)]
    return bool(found and found[0].option_count) and all(worker.is_finished for worker in program.workers)


def test_the_palette_lists_every_simulation_by_its_title_before_any_is_imported() -> None:
    assert {name: find_simulation(name).title for name in SIMULATIONS} == SIMULATION_TITLES
    assert list(SIMULATION_TITLES) == list(SIMULATIONS)
    commands = list(_simulation_commands(lambda _: None))
    assert [command.title for command in commands] == [f"Simulation: {title}" for title in SIMULATION_TITLES.values()]


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("lesson doubling", "1 of 3"),
        ("what it costs", "1 of 3"),
        ("progress", "Nothing is on record yet"),
        ("review", "There is nothing to ask"),
        ("simulation softmax", "Softmax"),
        ("simulation playground", "A network in the plane"),
        ("simulation conv cost", "What a convolution costs"),
        ("learned kernel", "A kernel that is learned"),
        ("conv-cost", "What a convolution costs"),
        ("Loss-Surface", "The loss is a surface"),
        ("concept rates", "Rates, seen in a simulation"),
        ("question on rates", "2 of 2"),
        ("bring the loss below", "2 of 2"),
        ("settings", "quiz_count"),
    ],
)
async def test_the_palette_leads_everywhere(tmp_path: Path, typed: str, seen: str) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["ctrl+p"])
        await until(pilot, lambda: bool(program.screen.query("CommandInput")))
        await press(pilot, ["space" if sign == " " else sign for sign in typed])
        await until(pilot, lambda: has_found(program))
        await press(pilot, ["enter"])
        await until(pilot, seen)


async def test_a_small_terminal_is_told_what_is_needed_and_recovers(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(30, 8)) as pilot:
        await until(pilot, lambda: isinstance(program.screen, TooSmall))
        shown = " ".join(text(program).split())
        assert "Chainrule needs 40×12; this is 30×8." in shown
        await press(pilot, ["escape", "q", "b"])
        assert isinstance(program.screen, TooSmall)
        await pilot.resize_terminal(80, 24)
        await until(pilot, "Doubling, and what it costs")
        await pilot.resize_terminal(39, 24)
        await until(pilot, lambda: isinstance(program.screen, TooSmall))
        await press(pilot, ["ctrl+q"])
    assert program.return_code == 0


async def test_the_place_in_a_lesson_survives_a_terminal_that_was_too_small(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "2 of 3")
        await pilot.resize_terminal(20, 5)
        await until(pilot, lambda: isinstance(program.screen, TooSmall))
        await pilot.resize_terminal(140, 44)
        await until(pilot, "2 of 3")


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_each_theme_of_ours_can_be_chosen(tmp_path: Path, theme: object) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        program.theme = theme.name  # type: ignore[attr-defined]  # parametrised by pytest
        await until(pilot, "Doubling")
        assert program.theme_variables["orange"]
        assert program.theme_variables["blue"]


def test_text_stands_out_from_its_ground_in_every_theme() -> None:
    for theme in THEMES:
        colours = theme.to_color_system().generate()
        for role in ("foreground", "primary", "secondary", "accent", "success", "error", "warning"):
            assert contrast(colours[role], colours["background"]) >= 4.5, (theme.name, role)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of the accessibility guidelines (WCAG 2.2, 1.4.3), 1 to 21."""
    from textual.color import Color

    def luminance(text: str) -> float:
        parts = [part / 255 for part in Color.parse(text).rgb]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_are_theme_variables_only() -> None:
    import re

    folder = Path(__file__).parent.parent.parent / "tutor"
    sources = [*folder.glob("screens/*.tcss"), *folder.glob("widgets/*.py"), *folder.glob("screens/*.py")]
    for path in sources:
        if path.name != "themes.py":
            assert not re.findall(r"#[0-9a-fA-F]{6}\b|\brgb\(", path.read_text("utf-8")), path


async def test_without_colour_a_verdict_is_still_a_mark_and_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        card = program.screen.query_one(QuestionCard)
        card.answer(card.instance.solution)
        await until(pilot, "✓ Right.")
        assert program.no_color


async def test_an_unknown_lesson_is_refused_in_words(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doublin"))
    with pytest.raises(UsageError, match="did you mean 'doubling'"):
        program.get_default_screen()


async def test_the_quiz_opens_where_it_was_asked_for(tmp_path: Path) -> None:
    program: ChainruleApp = app(tmp_path, Opening("quiz", options=QuizOptions(count=1, seed=1)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "one question")
        assert isinstance(program.screen, QuizScreen)


async def test_the_way_back_stays_short_however_often_one_goes_to_and_fro(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))
        for _ in range(4):
            program.post_message(OpenLesson("doubling"))
            await until(pilot, lambda: isinstance(program.screen, LessonScreen))
            program.post_message(OpenSimulation(find_simulation("adam").build()))
            await until(pilot, lambda: isinstance(program.screen, SimulatorScreen))
        assert len(program.screen_stack) == 3
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_the_palette_shows_its_own_keys_in_the_last_line_and_not_those_of_the_screen_beneath(
    tmp_path: Path,
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "nothing due")
        await press(pilot, ["ctrl+p"])
        await until(pilot, lambda: isinstance(program.screen, CommandPaletteScreen))
        await until(pilot, lambda: shown_keys(program.screen) == ["⏎ Open", "↑↓ Pick", "esc Close"])


@pytest.mark.parametrize("size", [(46, 16), SMALL, (100, 30), WIDE])
async def test_the_palette_shows_every_command_whole_in_one_line_wherever_its_description_has_room(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await press(pilot, ["ctrl+p"])
        await until(pilot, lambda: has_found(program))
        entries = program.screen.query_one(CommandList)
        commands = {name: description for name, description, *_ in program.get_system_commands(program.screen)}
        whole = [f"{name} {description}" for name, description in commands.items()]
        await until(pilot, lambda: [" ".join(" ".join(rows).split()) for rows in all_rows(entries)] == whole)
        width = entries.scrollable_content_region.width - PALETTE_PADDING
        for (name, description), rows in zip(commands.items(), all_rows(entries), strict=True):
            assert (len(rows) == 1) is (len(name) + 2 + len(description) <= width), (name, rows)
    order = list(commands)
    assert max(map(order.index, ("Quit", "Find", "Choose a quiz"))) < order.index(
        "Lesson 1, Doubling, and what it costs"
    )


PALETTE_PADDING = 4
"""Cells beside an entry of the palette."""


def all_rows(entries: CommandList) -> list[list[str]]:
    """The rows of each entry of the palette, in sight or not."""
    top = round(entries.scroll_offset.y)
    rows: list[list[str]] = [[] for _ in entries.options]
    for row, (entry, _) in enumerate(entries._lines):
        line = entries.render_line(row - top).text.strip()
        if set(line) != {"─"}:  # the line between commands and lessons
            rows[entry].append(line)
    return rows
