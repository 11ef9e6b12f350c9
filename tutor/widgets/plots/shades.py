"""Arithmetic with colours: luminance, contrast, mixtures, and shades of a wanted luminance."""

from collections.abc import Iterable
from functools import lru_cache
from math import cbrt, dist

RGB = tuple[int, int, int]
"""A colour in sRGB, each part from 0 to 255."""
Lab = tuple[float, float, float]
"""A colour in OKLab: lightness from 0 to 1, and two coordinates from green to red and from blue to yellow."""

Sight = tuple[tuple[float, float, float], ...]
"""A matrix that turns linear red, green and blue into what eyes of some kind see of them."""
RED_GREEN_BLIND: tuple[Sight, Sight] = (
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
)
"""Eyes without long cones, and without middle ones (Machado, Oliveira and Fernandes 2009, table 1, severity 1)."""
MIN_DISTANCE = 0.1
"""The distance in OKLab below which the colours of two thin marks look alike."""

TENTHS = tuple(step / 10 for step in range(11))  # the shares that are tried, from 0 to 1
BLACK_AND_WHITE: tuple[RGB, RGB] = ((0, 0, 0), (255, 255, 255))
_MIN_FIELD_CONTRAST = 1.25
"""The lowest contrast of a field's strongest band with the ground, even if points on it lose some of their contrast."""


def luminance(colour: RGB) -> float:
    """Relative luminance (WCAG 2.2), from 0 for black to 1 for white."""
    red, green, blue = linearize(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linearize(colour: RGB) -> tuple[float, ...]:
    """Convert a colour from sRGB (IEC 61966-2-1) to linear red, green and blue, each from 0 to 1."""
    channels = (channel / 255 for channel in colour)
    return tuple(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels)


def oklab(colour: RGB) -> Lab:
    """Convert a colour from sRGB to OKLab, with Ottosson's matrices."""
    red, green, blue = linearize(colour)
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def looks_alike(one: RGB, other: RGB, sights: Iterable[Sight] = ()) -> bool:
    """Whether thin marks in two colours are hard to tell apart, for ordinary eyes or for one of some other sights."""
    pairs = [(one, other), *((_as_seen(one, sight), _as_seen(other, sight)) for sight in sights)]
    return any(dist(oklab(first), oklab(second)) < MIN_DISTANCE for first, second in pairs)


def _as_seen(colour: RGB, sight: Sight) -> RGB:
    """The colour as eyes of a sight see it."""
    channels = linearize(colour)
    seen = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, channels, strict=True)))) for row in sight)
    red, green, blue = (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in seen)
    return round(255 * red), round(255 * green), round(255 * blue)


def contrast(one: RGB, other: RGB) -> float:
    """The contrast of two colours (WCAG 2.2), from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=4096)
def mix(first: RGB, second: RGB, share: float) -> RGB:
    """Mix two colours: `share` is how far the result is on the way from `first` to `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


@lru_cache(maxsize=4096)
def adjust_foreground(foreground: RGB, background: RGB, min_contrast: float) -> RGB:
    """Mix a colour with black or white, whichever contrasts more with `background`, until it can be read on that."""
    extreme = max(BLACK_AND_WHITE, key=lambda colour: contrast(colour, background))
    for share in TENTHS:
        shade = mix(foreground, extreme, share)
        if contrast(shade, background) >= min_contrast:
            return shade
    return extreme


# In the following functions, a colour's `light` is its luminance + 0.05. The contrast of two colours is the quotient of
# their lights, the larger one divided by the smaller.


def deepen(ground: RGB, colour: RGB, share: float, min_contrast: float) -> RGB:
    """The end of a ramp: `share` of a colour over the ground, or a tint if neither black nor white is readable."""
    shade = mix(ground, colour, share)
    if max(contrast(extreme, shade) for extreme in BLACK_AND_WHITE) >= min_contrast:
        return shade
    is_dark_theme = luminance(ground) < 0.5
    # The luminance L at which the contrast with white, 1.05 / (L + 0.05), or with black, (L + 0.05) / 0.05, is exactly
    # `min_contrast`.
    readable_luminance = 1.05 / min_contrast - 0.05 if is_dark_theme else 0.05 * min_contrast - 0.05
    return tint(colour, readable_luminance)


def field_luminance(ground: RGB, marks: Iterable[RGB], min_contrast: float) -> float:
    """Find the luminance furthest from the ground's on which all marks still have enough contrast.

    Its contrast with the ground is at least `_MIN_FIELD_CONTRAST`, even if the marks lose some of theirs.
    """
    ground_light = luminance(ground) + 0.05
    mark_lights = [luminance(mark) + 0.05 for mark in marks]
    if min(mark_lights) > ground_light:  # marks are lighter than the ground in a dark theme
        return max(ground_light * _MIN_FIELD_CONTRAST, min(mark_lights) / min_contrast) - 0.05
    return min(ground_light / _MIN_FIELD_CONTRAST, max(mark_lights) * min_contrast) - 0.05


def luminance_apart(ground: RGB, wanted_contrast: float) -> float:
    """The luminance that has this contrast with the ground; above the ground's in a dark theme, else below."""
    ground_light = luminance(ground) + 0.05
    is_dark_theme = ground_light < 0.5
    light = ground_light * wanted_contrast if is_dark_theme else ground_light / wanted_contrast
    return light - 0.05


def tint(colour: RGB, target_luminance: float) -> RGB:
    """Make a saturated colour of the same hue, with just enough black or white mixed in for this luminance."""
    grey = _GREY_LOSS * min(colour)
    # Makes the largest channel 255; `or 1.0` is for black, whose channels are 0.
    scale = 255 / (max(colour) - grey or 1.0)
    red, green, blue = (round(scale * (channel - grey)) for channel in colour)
    return shade_to((red, green, blue), target_luminance)


def shade_to(colour: RGB, target_luminance: float) -> RGB:
    """Mix just enough black or white into a colour for this luminance."""
    black, white = BLACK_AND_WHITE
    must_be_lighter = luminance(colour) < target_luminance
    for step in range(256):
        shade = mix(colour, white if must_be_lighter else black, step / 255)
        difference = luminance(shade) - target_luminance
        if difference >= 0 if must_be_lighter else difference <= 0:
            return shade
    return white if must_be_lighter else black


_GREY_LOSS = 0.85
"""A tint drops this share of a colour's grey, which is the part that red, green and blue have in common."""
