"""Colours for terminals with 256 colours: the nearest one as the eye sees it, and never another hue.

Rich rounds red, green and blue separately, which turns a muted orange into olive, dark red or pink. Here the nearest
colour is found in OKLab (B. Ottosson, "A perceptual color space for image processing", 2020), where an error in hue
weighs more than one in lightness. A foreground that is readable on its background stays readable.
"""

from functools import lru_cache
from math import hypot

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tutor.widgets.plots.colours import MIN_CONTRAST, rgb_of
from tutor.widgets.plots.shades import RGB, Lab, contrast, oklab

FIRST_FIXED = 16
"""The first colour that is the same in all terminals. The colours before it depend on the terminal's theme."""
LIGHTNESS_WEIGHT, LOST_CHROMA_WEIGHT, HUE_WEIGHT = 0.4, 2.0, 3.0
"""Weights of the error in lightness, of lost chroma, and of the squared error in hue.

Gained chroma has the weight 1.
"""


class EightBitFilter(LineFilter):
    """Replaces every colour by the nearest of the 240 that are the same in all terminals with 256 colours."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in the nearest of those colours."""
        return [_to_eight_bit(segment) for segment in segments]


def _to_eight_bit(segment: Segment) -> Segment:
    """The segment in the nearest fixed colours."""
    if segment.control or segment.style is None:
        return segment
    return Segment(segment.text, _nearest_style(segment.style))


@lru_cache(maxsize=8192)
def _nearest_style(style: Style) -> Style:
    """The style in the nearest fixed colours; a foreground that is readable on its background stays readable."""
    foreground, background = rgb_of(style.color), rgb_of(style.bgcolor)
    foreground_number = background_number = None
    if background is not None:
        background_number = nearest_number(background)
    if foreground is not None:
        was_readable = background is not None and contrast(foreground, background) >= MIN_CONTRAST
        foreground_number = nearest_number(foreground, background_number if was_readable else None)
    return style + Style.from_color(_colour_of(foreground_number), _colour_of(background_number))


def _colour_of(number: int | None) -> RichColor | None:
    """The colour with this number, for Rich; `None` for `None`."""
    return None if number is None else RichColor.from_ansi(number)


def _rgb_of(number: int) -> RGB:
    red, green, blue = RichColor.from_ansi(number).get_truecolor()
    return red, green, blue


@lru_cache(maxsize=8192)
def nearest_number(colour: RGB, background_number: int | None = None) -> int:
    """The number of the fixed colour nearest to `colour`; with a background, only among colours readable on it."""
    target = oklab(colour)
    candidates = tuple(_LABS) if background_number is None else _readable_on(background_number)
    return min(candidates, key=lambda number: _weigh_difference(_LABS[number], target))


@lru_cache(maxsize=256)
def _readable_on(background_number: int) -> tuple[int, ...]:
    """The numbers of all fixed colours that are readable on the background with this number."""
    background = _FIXED[background_number]
    return tuple(number for number, colour in _FIXED.items() if contrast(colour, background) >= MIN_CONTRAST)


def _weigh_difference(candidate: Lab, target: Lab) -> float:
    """How different a candidate looks from the target: the weighted sum of the squared errors."""
    lightness, a, b = candidate
    target_lightness, target_a, target_b = target
    lightness_error = lightness - target_lightness
    chroma_error = hypot(a, b) - hypot(target_a, target_b)
    # The squared distance in the plane of a and b consists of the errors in chroma and in hue.
    squared_hue_error = max(0.0, (a - target_a) ** 2 + (b - target_b) ** 2 - chroma_error**2)
    chroma_weight = LOST_CHROMA_WEIGHT if chroma_error < 0 else 1
    return (
        (LIGHTNESS_WEIGHT * lightness_error) ** 2 + (chroma_weight * chroma_error) ** 2 + HUE_WEIGHT * squared_hue_error
    )


_FIXED: dict[int, RGB] = {number: _rgb_of(number) for number in range(FIRST_FIXED, 256)}
_LABS: dict[int, Lab] = {number: oklab(colour) for number, colour in _FIXED.items()}
