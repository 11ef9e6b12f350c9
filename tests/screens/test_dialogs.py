"""Screens over another one: what lies beneath stays in sight, dimmed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual.color import Color
from textual.command import CommandList
from textual.screen import Screen

import tutor.screens.exercise.exercise
from tests.screens.story import SMALL, app, text, until
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.base import CourseModal, TooSmall
from tutor.screens.command_palette import CommandPaletteScreen
from tutor.screens.course.pages import PagesScreen
from tutor.screens.course.tour import TourScreen
from tutor.screens.help import HelpScreen, help_pages
from tutor.screens.jump import JumpScreen
from tutor.screens.quiz.cards import ChallengeScreen
from tutor.screens.reference.find import FindScreen
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.statistics.completion import lesson_progress
from tutor.widgets.exercise.both_changed import BothChangedScreen
from tutor.widgets.markdown.open_link import OpenLinkDialog
from tutor.widgets.modal import Dialog, Modal
from tutor.widgets.simulator.dialogs import PresetList, PresetScreen, SourceScreen

OPAQUE = {TooSmall, ChallengeScreen}
"""Screens that need the whole terminal: nothing else fits, or a simulator fills it."""
BASES = {CourseModal, Dialog}


def modals(program: ChainruleApp) -> Iterator[Modal[Any]]:
    session, simulation = program.session, find_simulation("adam").build()
    lesson = session.course.lesson("doubling")
    yield HelpScreen([])
    yield FindScreen(session)
    yield TourScreen()
    yield JumpScreen()
    yield PagesScreen(lesson, lesson_progress(lesson, session.store, {}), 0)
    yield OpenLinkDialog("https://example.org/")
    yield BothChangedScreen("node.py")
    yield PresetScreen(simulation)
    yield SourceScreen(type(simulation))


def subclasses(kind: type[Any]) -> set[type[Any]]:
    return {found for own in kind.__subclasses__() for found in ({own} | subclasses(own))}


async def test_the_screen_beneath_every_dialog_still_shows(tmp_path: Path) -> None:
    assert tutor.screens.exercise.exercise  # so that every dialog of the program is known
    program = app(tmp_path, Opening("simulation", player=Player(find_simulation("adam").build())))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "step 0")
        first = text(program).splitlines()[0]
        seen = set()
        for modal in modals(program):
            await program.push_screen(modal)
            await until(pilot, lambda modal=modal: modal.is_active)  # type: ignore[misc]
            seen.add(type(modal))
            cover = modal.styles.background.a  # letters are put on what the screen beneath shows, so it stays bright
            assert cover == 0 if isinstance(modal, JumpScreen) else 0.8 <= cover < 0.9, type(modal)
            if isinstance(modal, BothChangedScreen | OpenLinkDialog):  # these leave the first line free
                await until(pilot, lambda: text(program).splitlines()[0] == first)
            await modal.dismiss()
    own = {kind for kind in subclasses(Modal) if kind.__module__.startswith("tutor.")}
    assert own - OPAQUE - BASES == seen


async def test_the_palette_dims_what_it_covers_as_far_as_dialogs_do(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(program.screen, CommandPaletteScreen))
        palette_cover = program.screen.styles.background
        await program.push_screen(TourScreen())
        assert program.screen.styles.background == palette_cover


async def test_a_dialog_dims_lines_as_far_as_words_also_where_edges_are_made_clear(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        program.theme = "chainrule-contrast"
        await until(pilot, "○ new")
        for dialog in (TourScreen(), CommandPaletteScreen()):
            await program.push_screen(dialog)
            beneath = program.screen_stack[-2]
            line = next(y for y, row in enumerate(rows_of(beneath)) if "───" in row)
            column = rows_of(beneath)[line].index("───")
            await until(pilot, lambda: program.screen is dialog)  # noqa: B023
            if isinstance(dialog, TourScreen):
                await until(pilot, lambda: "───" in rows_of(dialog)[line][column:][:3])  # noqa: B023
            elif "───" not in rows_of(dialog)[line][column:][:3]:
                continue  # the palette covers it
            colour = dialog.get_style_at(column, line).color
            assert colour is not None
            assert colour.triplet is not None
            assert max(colour.triplet) < 60, "dimmed like the words"
            await pilot.press("escape")


def rows_of(screen: Screen[Any]) -> list[str]:
    return [strip.text for strip in screen._compositor.render_strips()]


async def test_the_palette_has_the_cursor_of_other_lists_a_title_and_a_line_between_commands_and_lessons(
    tmp_path: Path,
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(80, 50)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, "Lesson 1,")
        rows = text(program).splitlines()
        assert any("Commands" in row for row in rows)
        (quit_row,) = [index for index, row in enumerate(rows) if "Leave; everything is kept" in row]
        assert "───" in rows[quit_row + 1]
        assert "Lesson 1," in rows[quit_row + 2]
        commands = program.screen.query_one(CommandList)
        cursor = commands.get_visual_style("option-list--option-highlighted")
        assert cursor.background == Color.parse(program.theme_variables["block-cursor-background"])


async def test_the_help_says_each_thing_once_and_names_the_key_that_scrolls_it(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "○ new")
        rows = [row for help_page in help_pages(program.screen) for row in help_page.keys]
        assert [keys for keys, said in rows if said == "Leave; everything is kept"] == ["q ^q"]
        await pilot.press("question_mark")
        await until(pilot, "↑↓ Scroll")


async def test_in_the_list_of_presets_only_the_name_of_the_chosen_one_is_underlined_and_its_keys_are_named(
    tmp_path: Path,
) -> None:
    simulation = find_simulation("backprop").build()
    program = app(tmp_path, Opening("simulation", player=Player(simulation)))
    async with program.run_test(size=SMALL) as pilot:
        program.theme = "chainrule-contrast"
        await until(pilot, "step 0")
        await program.push_screen(PresetScreen(simulation))
        await until(pilot, "too fast")
        underlined = [
            segment.text
            for strip in program.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.underline
        ]
        assert underlined == [simulation.presets[0].name]
        assert "↑↓ Pick" in text(program)


async def test_under_the_cursor_of_the_presets_are_the_rows_of_one_entry_and_only_its_name_is_bold(
    tmp_path: Path,
) -> None:
    simulation = find_simulation("backprop").build()
    program = app(tmp_path, Opening("simulation", player=Player(simulation)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "step 0")
        await program.push_screen(PresetScreen(simulation))
        await until(pilot, "too fast")
        presets = program.screen.query_one(PresetList)
        chosen = presets.get_component_styles("option-list--option-highlighted").background.rich_color
        lines = [presets.render_line(y) for y in range(presets.size.height)]
        under_cursor = [line for line in lines if any(part.style and part.style.bgcolor == chosen for part in line)]
        assert len(under_cursor) == 4 and all(line.text.strip() for line in under_cursor)
        bold = {part.text.strip() for line in under_cursor for part in line if part.style and part.style.bold}
        assert bold == {"✓", simulation.presets[0].name}


async def test_the_arrows_have_one_order_in_the_key_bar_whichever_field_is_edited(tmp_path: Path) -> None:
    for name in ("backprop", "playground"):  # the first field is typed into, or chosen from a list
        program = app(tmp_path, Opening("simulation", player=Player(find_simulation(name).build())))
        async with program.run_test(size=(140, 44)) as pilot:
            await until(pilot, "step 0")
            await pilot.press("e")
            await until(pilot, "Before")
            assert "↑ Before  ↓ Next" in text(program), name
