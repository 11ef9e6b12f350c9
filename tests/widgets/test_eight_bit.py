"""Colours for a terminal of 256: an orange stays orange, and what could be read still can."""

from itertools import pairwise, product
from math import atan2, degrees, hypot

import pytest
from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tests.widgets.test_contrast import palette as palette_of_theme
from tutor.screens.themes import THEMES
from tutor.widgets.eight_bit import FIRST_FIXED, EightBitFilter, nearest_number
from tutor.widgets.plots.colours import MIN_CONTRAST, Palette
from tutor.widgets.plots.shades import RGB, contrast, oklab

WHOLE = [palette_of_theme(theme) for theme in THEMES]
PLANES = [palette.of_planes for palette in WHOLE]
PALETTES = [*WHOLE, *PLANES]
MAX_TURN = 34
"""Degrees of hue by which a colour may turn; where the cube has nothing nearer it is about so much."""
MIN_CHROMA = 0.03
"""Chroma from which a colour has a hue that is seen."""


def shown(number: int) -> RGB:
    red, green, blue = RichColor.from_ansi(number).get_truecolor()
    return red, green, blue


def filtered(mark: RGB, field: RGB) -> tuple[RGB, RGB]:
    style = Style(color=RichColor.from_rgb(*mark), bgcolor=RichColor.from_rgb(*field))
    (segment,) = EightBitFilter().apply([Segment("●", style)], Color.parse("black"))
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.bgcolor is not None
    assert {segment.style.color.type, segment.style.bgcolor.type} == {ColorType.EIGHT_BIT}
    return tuple(segment.style.color.get_truecolor()), tuple(segment.style.bgcolor.get_truecolor())  # type: ignore[return-value]


def test_the_scale_of_colours_has_the_values_of_its_author() -> None:
    """Ottosson's page gives white as (1, 0, 0); red, green and blue as CSS Color 4 lists them."""
    assert oklab((255, 255, 255)) == pytest.approx((1, 0, 0), abs=1e-4)
    assert oklab((0, 0, 0)) == pytest.approx((0, 0, 0))
    assert oklab((255, 0, 0)) == pytest.approx((0.62796, 0.22486, 0.12585), abs=1e-4)
    assert oklab((0, 255, 0)) == pytest.approx((0.86644, -0.23389, 0.17950), abs=1e-4)
    assert oklab((0, 0, 255)) == pytest.approx((0.45201, -0.03246, -0.31153), abs=1e-4)


def test_each_fixed_colour_is_its_own_nearest() -> None:
    for number in range(FIRST_FIXED, 256):
        assert shown(nearest_number(shown(number))) == shown(number)


@pytest.mark.parametrize("palette", PALETTES)
def test_no_colour_of_a_picture_gets_another_hue(palette: Palette) -> None:
    for colour in (*palette.diverging, *palette.sequential, *palette.roles.values()):
        before, after = oklab(colour), oklab(shown(nearest_number(colour)))
        if min(hypot(*before[1:]), hypot(*after[1:])) < MIN_CHROMA:
            continue
        turn = degrees(atan2(after[2], after[1]) - atan2(before[2], before[1]))
        assert abs((turn + 180) % 360 - 180) <= MAX_TURN, (colour, shown(nearest_number(colour)))


@pytest.mark.parametrize("palette", WHOLE)
def test_the_two_ends_of_a_scale_stay_apart_and_each_side_its_own(palette: Palette) -> None:
    drawn = [oklab(shown(nearest_number(colour))) for colour in palette.diverging]
    middle = len(drawn) // 2
    assert len(set(drawn[: middle + 1])) >= 3
    assert len(set(drawn[middle:])) >= 3
    assert not set(drawn[: middle - 2]) & set(drawn[middle + 3 :])


@pytest.mark.parametrize("palette", PLANES)
def test_a_plane_shows_both_sides_and_the_middle_of_its_paler_scale_too(palette: Palette) -> None:
    drawn = [nearest_number(colour) for colour in palette.diverging]
    middle = len(drawn) // 2
    assert len(set(drawn[: middle + 1])) >= 2
    assert len(set(drawn[middle:])) >= 2
    assert len({*drawn[:2]} | {drawn[middle]} | {*drawn[-2:]}) >= 3
    assert not {*drawn[:2]} & {*drawn[-2:]}


@pytest.mark.parametrize("palette", PALETTES)
def test_what_could_be_read_still_can(palette: Palette) -> None:
    grounds = (palette.ground, *palette.diverging, *palette.sequential)
    for mark, field in product((palette.text, *palette.roles.values()), grounds):
        if contrast(mark, field) >= MIN_CONTRAST:
            assert contrast(*filtered(mark, field)) >= MIN_CONTRAST


def test_a_scale_from_dark_to_light_never_gets_darker() -> None:
    grey = [oklab(shown(nearest_number((level, level, level))))[0] for level in range(256)]
    assert all(one <= other for one, other in pairwise(grey))
