"""The ramps of heat maps: the colours of their bands, from the lowest value to the highest."""

from collections.abc import Sequence

from tutor.widgets.plots.shades import BLACK_AND_WHITE, RGB, luminance, mix, shade_to, tint

BAND_COUNT = 13
"""The colours of a heat map's ramp, its *bands*: few enough for their edges to be read as contours."""
_BAND_SHARES = [band / (BAND_COUNT - 1) for band in range(BAND_COUNT)]
"""The position of each band along its ramp, from 0 to 1."""
_MIDDLE_BAND_SHARE, _LOWEST_BAND_SHARE = 0.15, 0.08
"""How much of the ramp's end is in the middle band of a diverging ramp, and in the lowest band of a sequential one."""
_LIGHT_SURFACE_HUES: tuple[RGB, ...] = ((255, 220, 40), (130, 205, 185), (0, 150, 255))
_DARK_SURFACE_HUES: tuple[RGB, ...] = ((190, 130, 20), (0, 130, 90), (40, 110, 230))
"""The hues of a surface from its valleys to its heights: yellow or brown, green, and blue.

Between yellow and blue there is the largest distance for all common kinds of colour vision.
"""
_SURFACE_GREYS = (0.1, 0.5, 0.2)
"""How much grey is in the valleys, slopes and heights of a surface: pure hues would be louder than marks on them."""
WEAK_SURFACE, STRONG_SURFACE = (0.03, 0.33, 0.65), (0.7, 0.35, 0.0)
"""How near the luminance of valleys, slopes and heights is to the ground's, on a weak and on a strong surface.

On a weak one the valleys, to which a path leads, stand out; the heights, which fill most of a picture, are quiet. On a
strong one the field is made weaker behind marks, which would look like heights around a path through a valley.
"""


def make_sequential_ramp(ground: RGB, end: RGB) -> tuple[RGB, ...]:
    """The colours of the bands from almost the ground to `end`."""
    return tuple(mix(ground, end, _LOWEST_BAND_SHARE + (1 - _LOWEST_BAND_SHARE) * share) for share in _BAND_SHARES)


def make_surface_ramp(ground: RGB, strongest: float, ground_shares: Sequence[float]) -> tuple[RGB, ...]:
    """The colours of the bands of a surface, from its valleys through its slopes to its heights.

    The luminance can only change a little, since points on the surface must be readable; so the hue changes too.

    Args:
        ground: the colour behind the surface.
        strongest: the luminance that is farthest from the ground's.
        ground_shares: how near the luminance of valleys, slopes and heights is to the ground's, from 0 to 1.
    """
    hues = _DARK_SURFACE_HUES if luminance(ground) < 0.5 else _LIGHT_SURFACE_HUES
    white = BLACK_AND_WHITE[1]
    strongest_grey = tint(white, strongest)
    levels = [luminance(mix(strongest_grey, ground, share)) for share in ground_shares]
    anchors = [
        mix(tint(hue, level), tint(white, level), grey_share)
        for hue, level, grey_share in zip(hues, levels, _SURFACE_GREYS, strict=True)
    ]
    ramp = []
    for share in _BAND_SHARES:
        place = share * (len(anchors) - 1)
        first = min(int(place), len(anchors) - 2)
        level = levels[first] + (levels[first + 1] - levels[first]) * (place - first)
        ramp.append(shade_to(mix(anchors[first], anchors[first + 1], place - first), level))
    return tuple(ramp)


def make_diverging_ramp(low: RGB, middle: RGB, high: RGB) -> tuple[RGB, ...]:
    """The colours of the bands from `low` through almost `middle` to `high`; the middle band leans to neither."""
    both_ends = mix(low, high, 0.5)
    ramp = []
    for share in _BAND_SHARES:
        signed_share = 2 * share - 1  # from −1 at `low` to 1 at `high`
        end = high if signed_share > 0 else low if signed_share < 0 else both_ends
        ramp.append(mix(middle, end, _MIDDLE_BAND_SHARE + (1 - _MIDDLE_BAND_SHARE) * abs(signed_share)))
    return tuple(ramp)
