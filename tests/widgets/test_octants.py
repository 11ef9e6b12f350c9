"""Octants: the same dots as the braille that they stand for, one cell wide, in pictures alone."""

import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.pilot import Pilot

from tests.screens.story import app, until
from tests.widgets.drawn import DOTS
from tests.widgets.pictures import drawn, pictures
from tutor.screens.app import ChainruleApp, Opening
from tutor.settings.table import Settings
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.terminals import OCTANT_TERMINALS
from tutor.widgets.octants import OctantFilter
from tutor.widgets.plots.plot import PictureView

NAMES = Path(__file__).parents[1] / "data" / "octants.txt"
BLACK = Color(0, 0, 0)

Dots = frozenset[tuple[int, int]]
"""Column and row, from the top, of each dot of a character."""

BRAILLE: dict[str, Dots] = {
    chr(0x2800 + bits): frozenset(dot for index, dot in enumerate(DOTS) if bits >> index & 1) for bits in range(256)
}


def halves(*parts: tuple[int, int, int]) -> Dots:
    """Dots from parts: the column of each, its first row, and how many rows it has."""
    return frozenset((column, row) for column, first, count in parts for row in range(first, first + count))


OLDER_BLOCKS: dict[str, Dots] = {
    " ": halves(),
    "█": halves((0, 0, 4), (1, 0, 4)),
    "▀": halves((0, 0, 2), (1, 0, 2)),
    "▄": halves((0, 2, 2), (1, 2, 2)),
    "▌": halves((0, 0, 4)),
    "▐": halves((1, 0, 4)),
    "▘": halves((0, 0, 2)),
    "▝": halves((1, 0, 2)),
    "▖": halves((0, 2, 2)),
    "▗": halves((1, 2, 2)),
    "▚": halves((0, 0, 2), (1, 2, 2)),
    "▞": halves((1, 0, 2), (0, 2, 2)),
    "▛": halves((0, 0, 4), (1, 0, 2)),
    "▜": halves((0, 0, 2), (1, 0, 4)),
    "▙": halves((0, 0, 4), (1, 2, 2)),
    "▟": halves((1, 0, 4), (0, 2, 2)),
    "▂": halves((0, 3, 1), (1, 3, 1)),
    "▆": halves((0, 1, 3), (1, 1, 3)),
    "\U0001fb82": halves((0, 0, 1), (1, 0, 1)),  # UPPER ONE QUARTER BLOCK
    "\U0001fb85": halves((0, 0, 3), (1, 0, 3)),  # UPPER THREE QUARTERS BLOCK
    "\U0001fbe6": halves((0, 1, 2)),  # MIDDLE LEFT ONE QUARTER BLOCK
    "\U0001fbe7": halves((1, 1, 2)),  # MIDDLE RIGHT ONE QUARTER BLOCK
    "\U0001cea8": halves((0, 0, 1)),  # LEFT HALF UPPER ONE QUARTER BLOCK
    "\U0001ceab": halves((1, 0, 1)),  # RIGHT HALF UPPER ONE QUARTER BLOCK
    "\U0001cea3": halves((0, 3, 1)),  # LEFT HALF LOWER ONE QUARTER BLOCK
    "\U0001cea0": halves((1, 3, 1)),  # RIGHT HALF LOWER ONE QUARTER BLOCK
}
"""What Unicode had before it had octants, by the names in its charts."""


def named_octants() -> dict[str, Dots]:
    """The octants by their names: BLOCK OCTANT-14 has dot 1 at the upper left, and dot 4 on the right below it."""
    head, *lines = NAMES.read_text("utf-8").splitlines()
    assert head.startswith(f"# {len(lines)} octants")
    rows = [line.split(";") for line in lines]
    return {
        chr(int(code, 16)): frozenset(
            ((int(digit) - 1) % 2, (int(digit) - 1) // 2) for digit in name.removeprefix("BLOCK OCTANT-")
        )
        for code, name in rows
    }


def shown(text: str, undrawn: str = "") -> str:
    return "".join(part.text for part in OctantFilter(undrawn).apply([Segment(text)], BLACK))


def test_every_octant_has_the_dots_of_its_braille() -> None:
    octants = named_octants() | OLDER_BLOCKS
    assert len(octants) == 256
    assert {sign: octants[shown(sign)] for sign in BRAILLE} == BRAILLE


def test_all_octants_differ_and_are_one_cell_wide() -> None:
    octants = [shown(sign) for sign in BRAILLE]
    assert len(set(octants)) == 256
    assert {cell_len(octant) for octant in octants} == {1}


def nearest_sextant(dots: Dots) -> str:
    """The name of the sextant that is filled wherever these dots fill at least a half of one of its sixths."""
    filled = [
        1 + 2 * third + column
        for third in range(3)
        for column in range(2)
        if sum(min(4 * third + 4, 3 * row + 3) - max(4 * third, 3 * row) for row in touched(dots, column, third)) >= 2
    ]
    return "BLOCK SEXTANT-" + "".join(map(str, filled))


def touched(dots: Dots, column: int, third: int) -> list[int]:
    """The rows of the dots in a column that reach into a third of the cell's height."""
    return [row for c, row in dots if c == column and 3 * row < 4 * third + 4 and 3 * row + 3 > 4 * third]


@pytest.mark.parametrize("undrawn", [support.undrawn for support in OCTANT_TERMINALS.values() if support.undrawn])
def test_the_sextant_that_looks_most_like_it_stands_in_for_what_a_terminal_does_not_draw(undrawn: str) -> None:
    replaced = {sign for sign in BRAILLE if shown(sign, undrawn) != shown(sign)}
    assert {shown(sign) for sign in replaced} == set(undrawn)
    for sign in replaced:
        assert unicodedata.name(shown(sign, undrawn)) == nearest_sextant(BRAILLE[sign])
    assert {cell_len(shown(sign, undrawn)) for sign in BRAILLE} == {1}


@pytest.mark.parametrize("undrawn", ["", *(support.undrawn for support in OCTANT_TERMINALS.values())])
def test_no_small_dot_of_braille_is_left_in_a_line_of_solid_dots(undrawn: str) -> None:
    assert not set(shown("".join(BRAILLE), undrawn)) & set(BRAILLE)
    assert len({shown(sign, undrawn) for sign in BRAILLE}) == 256


def test_the_style_stays_and_parts_without_dots_are_the_same_objects() -> None:
    bold = Style(bold=True)
    dotted, plain, signs = Segment("a⣿⠁", bold), Segment("loss"), Segment("θ → ●", bold)
    assert OctantFilter().apply([dotted, plain, signs], BLACK) == [Segment("a█\U0001cea8", bold), plain, signs]
    assert OctantFilter().apply([signs], BLACK)[0] is signs


@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_pictures_of_every_simulation_keep_their_dots(name: str) -> None:
    octants = named_octants() | OLDER_BLOCKS
    for picture in pictures(name):
        for strip in drawn(picture, (60, 20)):
            after = strip.apply_filter(OctantFilter(), BLACK)
            assert after.cell_length == strip.cell_length
            for before, now in zip(strip.text, after.text, strict=True):
                assert now == before or octants[now] == BRAILLE[before]


def program_with(tmp_path: Path, dots: str) -> ChainruleApp:
    made = app(tmp_path)
    run = Player(find_simulation("adam").build())
    run.jump(12)
    return ChainruleApp(made.course, made.store, Opening("simulation", player=run), Settings(dots=dots))


async def picture_text(pilot: Pilot[None], program: ChainruleApp) -> str:
    """The first picture, as it reaches the terminal."""
    await until(pilot, "Adam")
    view = program.screen.query(PictureView).first()
    return "\n".join(strip.text for strip in view.render_lines(view.size.region))


@pytest.mark.parametrize("dots", ["auto", "braille", "octants"])
async def test_the_setting_decides_and_a_picture_without_a_terminal_has_braille(tmp_path: Path, dots: str) -> None:
    program = program_with(tmp_path, dots)
    async with program.run_test(size=(140, 44)) as pilot:
        text = await picture_text(pilot, program)
    assert bool(set(text) & (BRAILLE.keys() - {"\u2800"})) == (dots != "octants")
    assert bool(set(text) & named_octants().keys()) == (dots == "octants")


async def test_braille_in_a_text_is_left_as_it_is(tmp_path: Path) -> None:
    program = program_with(tmp_path, "octants")
    async with program.run_test(size=(140, 44), notifications=True) as pilot:
        await until(pilot, "Adam")
        program.notify("⠓⠑⠇⠇⠕")
        await until(pilot, "⠓⠑⠇⠇⠕")
