"""Sentences, labels and help beside a picture: none is cut without a scrollbar, and no word is alone on a last line."""

import pytest
from textual.app import App
from textual.containers import VerticalScroll
from textual.content import Content
from textual.pilot import Pilot

from tests.widgets.bench import bench
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.output import MIN_TERMINAL_SIZE
from tutor.widgets.markdown.mathtext import GLUE, MAX_LAST_WORDS_CELLS, MathText, glue_last_words
from tutor.widgets.plots.chart import description_strips
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.simulator.controls import Controls, HelpText, help_of
from tutor.widgets.simulator.readings import Readings, label_text
from tutor.widgets.simulator.simulator import Simulator

SMALL_SIZES = pytest.mark.parametrize("size", [(80, 23), (100, 29)], ids=str)
STEPS = (0, 1, 4, 9, 13)


@SMALL_SIZES
@pytest.mark.parametrize("name", SIMULATIONS)
async def test_no_word_is_alone_on_the_last_line_of_a_sentence_or_of_a_label(name: str, size: tuple[int, int]) -> None:
    async with bench(find_simulation(name).build(), size) as (simulator, pilot):
        for step in STEPS:
            await _show_step(simulator, pilot, step)
            sentence = _narration_rows(simulator)
            if len(sentence) > 1:
                last_two = " ".join(" ".join(sentence).split()[-2:])
                assert len(sentence[-1].split()) > 1 or len(last_two) > MAX_LAST_WORDS_CELLS, sentence
            readings = simulator.query_one(Readings)
            labels = [label_text(reading) for reading in readings.readings]
            for row in readings.make_lines(readings.size.width, readings.size.height):
                if row.text.startswith(" "):  # the rest of a label
                    rest = row.text.strip()
                    ends = [label for label in labels if label.endswith(f" {rest}")]
                    assert len(rest.split()) > 1 or any(len(label.split()) < 3 for label in ends), (rest, labels)


@SMALL_SIZES
@pytest.mark.parametrize("name", SIMULATIONS)
async def test_no_sentence_is_cut_whether_it_tells_or_asks(name: str, size: tuple[int, int]) -> None:
    async with bench(find_simulation(name).build(), size) as (simulator, pilot):
        for step in STEPS:
            await _show_step(simulator, pilot, step)
            _assert_whole_narration(simulator)
        await _show_step(simulator, pilot, 2)
        for key in ("full_stop", "escape", "a", "9", "enter", "escape", "y"):
            await pilot.press(key)
            await pilot.pause()
            _assert_whole_narration(simulator)


@pytest.mark.parametrize("name", SIMULATIONS)
async def test_a_sentence_that_is_cut_on_the_smallest_screen_says_so(name: str) -> None:
    smallest = MIN_TERMINAL_SIZE[0], MIN_TERMINAL_SIZE[1] - 2  # without the heading and the keys
    async with bench(find_simulation(name).build(), smallest) as (simulator, pilot):
        for step in STEPS:
            await _show_step(simulator, pilot, step)
            rows = _narration_rows(simulator)
            if not rows[-1].rstrip().endswith("…"):
                _assert_whole_narration(simulator)


@pytest.mark.parametrize("name", SIMULATIONS)
async def test_help_that_is_longer_than_its_pane_has_a_scrollbar(name: str) -> None:
    async with bench(find_simulation(name).build(), (80, 23)) as (simulator, pilot):
        await pilot.press("e")
        await pilot.pause()
        controls, pane = simulator.query_one(Controls), simulator.query_one("#help-pane", VerticalScroll)
        longest = max(map(help_of, simulator.player.simulation.parameters().values()), key=lambda text: len(text.plain))
        for text in (controls._summary_content(), longest):
            controls._write_help(text, is_error=False)
            await pilot.pause()
            is_cut = simulator.query_one(HelpText).size.height > pane.size.height
            assert pane.show_vertical_scrollbar == is_cut, text.plain


@pytest.mark.parametrize("height", range(2, 9))
def test_a_description_in_place_of_a_picture_is_whole_or_ends_in_dots(height: int) -> None:
    words = "The loss of each batch will appear here, beside that of all data."
    strips = description_strips("Loss", words, theme_palette(App()), 20, height)
    shown = " ".join(strip.text.strip() for strip in strips[1:]).strip()
    assert len(strips) == height
    assert shown == words or (shown.endswith("…") and words.startswith(shown.removesuffix("…")))


def test_only_the_last_two_words_of_a_paragraph_are_kept_together() -> None:
    assert glue_last_words(Content("one two three\nfour five")).plain == f"one two{GLUE}three\nfour five"
    long = "electroencephalographically speaking"
    assert glue_last_words(Content(f"He was {long}")).plain == f"He was {long}"


async def _show_step(simulator: Simulator, pilot: Pilot[None], step: int) -> None:
    simulator.player.jump(step)
    simulator.redraw()
    await pilot.pause()


def _narration_rows(simulator: Simulator) -> list[str]:
    narration = simulator.query_one("#narration", MathText)
    rows = [narration.render_line(row).text for row in range(narration.size.height)]
    return [row for row in rows if row.strip()]


def _assert_whole_narration(simulator: Simulator) -> None:
    """The last word of the narration is in its rows."""
    narration = simulator.query_one("#narration", MathText)
    content = narration.content
    assert isinstance(content, Content)
    words = content.plain.replace(GLUE, " ").split()
    assert "".join("".join(_narration_rows(simulator)).split()) == "".join(words)
