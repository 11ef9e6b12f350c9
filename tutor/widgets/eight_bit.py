"""Colours for terminals that have 256 of them: the nearest as the eye sees it, and never another hue.

What Rich does there takes each of red, green and blue to the nearest step of its own: a muted orange becomes olive,
dark red or pink. Here the distance is that of OKLab (B. Ottosson, "A perceptual color space for image processing",
2020), in which an error of hue weighs more than one of lightness; a foreground that could be read on its background
still can.
"""

from functools import lru_cache
from math import cbrt, hypot

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tutor.widgets.plots.colours import MIN_CONTRAST, RGB, contrast, linearize, rgb_of

FIRST_FIXED = 16
"""The colours before it are those of the terminal's own theme, which nobody knows here."""
LIGHTNESS, LOST_CHROMA, HUE = 0.4, 2.0, 3.0
"""Weights of an error in lightness, of chroma that is lost, and of the square of one in hue; chroma gained has 1."""

Lab = tuple[float, float, float]


class EightBitFilter(LineFilter):
    """Replaces every colour by one of the 240 that all terminals with 256 colours agree on."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, each in the nearest of those colours."""
        return [
            segment
            if segment.control or segment.style is None
            else Segment(segment.text, _nearest_style(segment.style))
            for segment in segments
        ]


@lru_cache(maxsize=8192)
def _nearest_style(style: Style) -> Style:
    """The style in the fixed colours; a foreground that could be read on its background still can."""
    foreground, background = rgb_of(style.color), rgb_of(style.bgcolor)
    foreground_number = background_number = None
    if background is not None:
        background_number = nearest_number(background)
    if foreground is not None:
        was_readable = background is not None and contrast(foreground, background) >= MIN_CONTRAST
        foreground_number = nearest_number(foreground, background_number if was_readable else None)
    return style + Style.from_color(_colour_of(foreground_number), _colour_of(background_number))


def _colour_of(number: int | None) -> RichColor | None:
    return None if number is None else RichColor.from_ansi(number)


def _rgb_of(number: int) -> RGB:
    red, green, blue = RichColor.from_ansi(number).get_truecolor()
    return red, green, blue


@lru_cache(maxsize=8192)
def nearest_number(colour: RGB, background_number: int | None = None) -> int:
    """The number of the nearest fixed colour; where there is a background, of those that can be read on it."""
    wanted = oklab(colour)
    readable = _readable_on(background_number) if background_number is not None else ()
    numbers = readable or tuple(_LABS)
    return min(numbers, key=lambda number: _weigh_difference(_LABS[number], wanted))


@lru_cache(maxsize=256)
def _readable_on(background_number: int) -> tuple[int, ...]:
    """The numbers of all colours that can be read on one of them."""
    background = _FIXED[background_number]
    return tuple(number for number, colour in _FIXED.items() if contrast(colour, background) >= MIN_CONTRAST)


def _weigh_difference(candidate: Lab, wanted: Lab) -> float:
    """How much worse a candidate looks than the colour that is wanted."""
    lightness = LIGHTNESS * (candidate[0] - wanted[0])
    chroma = hypot(*candidate[1:]) - hypot(*wanted[1:])
    hue = (candidate[1] - wanted[1]) ** 2 + (candidate[2] - wanted[2]) ** 2 - chroma**2
    return lightness**2 + (chroma * (LOST_CHROMA if chroma < 0 else 1)) ** 2 + HUE * max(0.0, hue)


def oklab(colour: RGB) -> Lab:
    """Lightness from 0 to 1, and the two axes green to red and blue to yellow; the matrices are Ottosson's."""
    red, green, blue = linearize(colour)
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


_FIXED: dict[int, RGB] = {number: _rgb_of(number) for number in range(FIRST_FIXED, 256)}
_LABS: dict[int, Lab] = {number: oklab(colour) for number, colour in _FIXED.items()}
