"""Turns roles such as `orange`, `accent` or `muted` into the colours of a theme, and makes the ramps of heat maps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import get_args
from weakref import WeakKeyDictionary

from rich.color import Color as RichColor
from rich.style import Style
from textual.app import App
from textual.color import Color, ColorParseError

from tutor.sims.engine.chart import Role

BAND_COUNT = 13
"""The colours of a heat map's ramp, its *bands*: few enough for their edges to be read as contours."""

MIN_CONTRAST, MIN_HIGH_CONTRAST = 4.5, 7.0
"""The lowest contrast of marks (WCAG 2.2, 1.4.3 and 1.4.6): in most themes, and in those named "contrast"."""

ROLE_VARIABLES: dict[Role, tuple[str, ...]] = {
    "primary": ("primary",),
    "secondary": ("secondary", "primary"),
    "tertiary": ("warning",),
    "orange": ("orange", "accent"),
    "blue": ("blue", "primary"),
    "accent": ("accent",),
    "good": ("success",),
    "bad": ("error",),
    "run A": ("run-a",),
    "run B": ("run-b",),
    "run C": ("run-c",),
}
"""The theme variables that give a role its colour. The first one that the theme has is used."""

RUN_COLOURS: dict[Role, tuple[int, int, int]] = {
    "run A": (229, 143, 208),
    "run B": (176, 152, 255),
    "run C": (196, 212, 92),
}
"""The colours of compared runs in themes without any: pink, violet and lime, which no other role has."""

RGB = tuple[int, int, int]
"""A colour in sRGB, each part from 0 to 255."""


@dataclass(frozen=True)
class Palette:
    """The colours of one theme for pictures."""

    roles: Mapping[Role, RGB]
    text: RGB
    frame: RGB
    """Axes, boxes and arrows."""
    sequential: tuple[RGB, ...]
    """The ramp of a heat map from its lowest band to the highest."""
    diverging: tuple[RGB, ...]
    """The ramp of a heat map from orange through the ground to blue."""
    ground: RGB
    """The background of pictures."""
    contrast: float
    """The lowest contrast of a mark with its background."""
    line_field: RGB | None = None
    """The strongest colour of a heat map beneath a line, if surfaces are drawn strong; otherwise `None`."""

    @cached_property
    def of_planes(self) -> "Palette":
        """The same palette for planes, where points of both classes must be readable on the heat map.

        The ramps therefore end in colours that are only a little darker or lighter than the ground. In themes of high
        contrast, such a surface could hardly be seen. There the ramp of a surface (the sequential one) is strong, and
        the field is made paler or darker only behind the few marks on it. The ramp of a classifier (the diverging one)
        stays weak even there, since its field is full of points.
        """
        class_colours = [self.roles["blue"], self.roles["orange"]]
        weak_luminance = _field_luminance(self.ground, class_colours, self.contrast)
        weak_blue, weak_orange = (_tint(colour, weak_luminance) for colour in class_colours)
        has_high_contrast = self.contrast >= MIN_HIGH_CONTRAST
        strong_luminance = _luminance_apart(self.ground, _STRONG_FIELD_CONTRAST)
        line_blue = _tint(self.roles["blue"], _luminance_apart(self.ground, _LINE_FIELD_CONTRAST))
        return replace(
            self,
            sequential=_make_surface_ramp(self.ground, strong_luminance if has_high_contrast else weak_luminance),
            diverging=_make_diverging_ramp(weak_orange, self.ground, weak_blue),
            line_field=line_blue if has_high_contrast else None,
        )

    @cached_property
    def of_images(self) -> "Palette":
        """The same palette for images without lines over them. In themes of high contrast their ink is strong too."""
        if self.contrast < MIN_HIGH_CONTRAST:
            return self
        ink = _tint(self.roles["blue"], _luminance_apart(self.ground, self.contrast))
        return replace(self, sequential=_make_sequential_ramp(self.ground, ink))

    def style(self, role: Role, *, bold: bool = False) -> Style:
        """A style whose foreground is the colour of `role`."""
        return make_style(self.roles[role], bold=bold)

    @property
    def plain(self) -> Style:
        """Ordinary text."""
        return make_style(self.text)

    @property
    def strong(self) -> Style:
        """Bold text: titles, and what was computed."""
        return make_style(self.text, bold=True)

    @property
    def quiet(self) -> Style:
        """Muted text."""
        return make_style(self.roles["muted"])

    @property
    def lines(self) -> Style:
        """Axes, boxes and arrows."""
        return make_style(self.frame)


def luminance(colour: RGB) -> float:
    """Relative luminance (WCAG 2.2), from 0 for black to 1 for white."""
    red, green, blue = linearize(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linearize(colour: RGB) -> tuple[float, ...]:
    """Convert a colour from sRGB (IEC 61966-2-1) to linear red, green and blue, each from 0 to 1."""
    channels = (channel / 255 for channel in colour)
    return tuple(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels)


def contrast(one: RGB, other: RGB) -> float:
    """The contrast of two colours (WCAG 2.2), from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def make_readable(mark: RGB, field: RGB, palette: Palette, *, is_line: bool = False) -> tuple[RGB, RGB]:
    """Adjust the colours of a mark and of the field (heat map) behind it, so that the mark can be read.

    Usually the mark becomes lighter or darker, and the field changes only if that is not enough. If surfaces are drawn
    strong, a mark has the same colour everywhere, and the field behind it changes as much as needed. A line is then so
    pale or dark that it can be read on a field of some strength; if the field were close to the ground in its cells,
    they would look like a valley.
    """
    are_surfaces_strong = palette.line_field is not None
    if are_surfaces_strong and contrast(mark, palette.ground) >= palette.contrast:
        colour = line_colour(mark, palette) if is_line else mark
        return _adjust_field(colour, field, palette.ground, palette.contrast)
    adjusted_mark = adjust_foreground(mark, field, palette.contrast)
    return _adjust_field(adjusted_mark, field, palette.ground, palette.contrast)


def line_colour(colour: RGB, palette: Palette) -> RGB:
    """The colour of a line on a canvas with a field; where surfaces are strong, all cells of the line have it."""
    return colour if palette.line_field is None else adjust_foreground(colour, palette.line_field, palette.contrast)


@lru_cache(maxsize=4096)
def _adjust_field(mark: RGB, field: RGB, ground: RGB, min_contrast: float) -> tuple[RGB, RGB]:
    """Mix the field with the ground until the mark can be read on it; return the mark and the field."""
    for share in _TENTHS:
        background = mix(field, ground, share)
        if contrast(mark, background) >= min_contrast:
            return mark, background
    return adjust_foreground(mark, ground, min_contrast), ground


_TENTHS = tuple(step / 10 for step in range(11))  # the shares that are tried, from 0 to 1
_BLACK_AND_WHITE: tuple[RGB, RGB] = ((0, 0, 0), (255, 255, 255))


@lru_cache(maxsize=4096)
def adjust_foreground(foreground: RGB, background: RGB, min_contrast: float) -> RGB:
    """Mix a colour with black or white, whichever contrasts more with `background`, until it can be read on that."""
    extreme = max(_BLACK_AND_WHITE, key=lambda colour: contrast(colour, background))
    for share in _TENTHS:
        shade = mix(foreground, extreme, share)
        if contrast(shade, background) >= min_contrast:
            return shade
    return extreme


@lru_cache(maxsize=512)
def make_style(foreground: RGB, background: RGB | None = None, *, bold: bool = False) -> Style:
    """A style with these colours; cached, since Rich takes long to make one."""
    background_hex = None if background is None else _write_hex(background)
    return Style(color=_write_hex(foreground), bgcolor=background_hex, bold=bold or None)


def theme_palette(app: App[object]) -> Palette:
    """The palette of the app's theme, cached because every line that is drawn asks for it."""
    variables = app.theme_variables
    cached = _PALETTES.get(app)
    if cached is not None:
        cached_variables, cached_theme, palette = cached
        if cached_variables is variables and cached_theme == app.theme:
            return palette
    palette = _make_palette(app)
    _PALETTES[app] = variables, app.theme, palette
    return palette


def _make_palette(app: App[object]) -> Palette:
    """The palette of the theme that the app has now."""
    variables = app.theme_variables
    names = {"foreground", "background", "muted", "frame"}
    names.update(*ROLE_VARIABLES.values())
    colours = [(name, _read_rgb(variables[name])) for name in sorted(names) if name in variables]
    valid_colours = tuple((name, rgb) for name, rgb in colours if rgb is not None)
    return _build_palette(valid_colours, MIN_HIGH_CONTRAST if "contrast" in app.theme else MIN_CONTRAST)


_PALETTES: WeakKeyDictionary[App[object], tuple[dict[str, str], str, Palette]] = WeakKeyDictionary()
"""App → the theme variables and the theme from which its palette was made, and that palette."""


@lru_cache(maxsize=16)
def _build_palette(named_colours: tuple[tuple[str, RGB], ...], min_contrast: float) -> Palette:
    """Make a palette from the colours of a theme; each role gets at least `min_contrast` with the ground."""
    colours = dict(named_colours)
    text = colours.get("foreground", (220, 220, 220))
    ground = colours.get("background", (0, 0, 0))
    muted = adjust_foreground(colours.get("muted", mix(ground, text, _MUTED_SHARE)), ground, min_contrast)
    roles: dict[Role, RGB] = dict.fromkeys(get_args(Role), muted)
    for role, names in ROLE_VARIABLES.items():
        theme_colours = [colours[name] for name in names if name in colours]
        colour = theme_colours[0] if theme_colours else RUN_COLOURS.get(role, text)
        roles[role] = adjust_foreground(colour, ground, min_contrast)
    sequential_end = _deepen(ground, roles["blue"], _SEQUENTIAL_SHARE, min_contrast)
    low_end = _deepen(ground, roles["orange"], _DIVERGING_SHARE, min_contrast)
    high_end = _deepen(ground, roles["blue"], _DIVERGING_SHARE, min_contrast)
    return Palette(
        roles=roles,
        text=text,
        frame=colours.get("frame", mix(ground, text, _FRAME_SHARE)),
        sequential=_make_sequential_ramp(ground, sequential_end),
        diverging=_make_diverging_ramp(low_end, ground, high_end),
        ground=ground,
        contrast=min_contrast,
    )


@lru_cache(maxsize=4096)
def mix(first: RGB, second: RGB, share: float) -> RGB:
    """Mix two colours: `share` is how far the result is on the way from `first` to `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


_MUTED_SHARE, _FRAME_SHARE = 0.62, 0.38
"""How much of the text's colour is mixed into the ground for muted marks and for axes, if the theme names neither."""
_SEQUENTIAL_SHARE, _DIVERGING_SHARE = 0.65, 0.54
"""How much of a role's colour is mixed into the ground for the end of a sequential and of a diverging ramp."""
_BAND_SHARES = [band / (BAND_COUNT - 1) for band in range(BAND_COUNT)]
"""The position of each band along its ramp, from 0 to 1."""
_MIDDLE_BAND_SHARE, _LOWEST_BAND_SHARE = 0.15, 0.08
"""How much of the ramp's end is in the middle band of a diverging ramp, and in the lowest band of a sequential one."""
_LIGHT_SURFACE_HUES: tuple[RGB, ...] = ((255, 220, 40), (130, 205, 185), (0, 150, 255))
_DARK_SURFACE_HUES: tuple[RGB, ...] = ((190, 130, 20), (0, 130, 90), (40, 110, 230))
"""The hues of a surface from its valleys to its heights: yellow or brown, green, and blue.

Between yellow and blue there is the largest distance for all common kinds of colour vision.
"""
_SURFACE_GREYS, _LOWEST_LIGHT_SURFACE_SHARE = (0.2, 0.55), 0.3
"""How much grey is in the valleys of a surface and in its slopes; how far valleys are from a light ground's luminance.

Without grey they would be louder than the marks on them; yellow as light as the ground could not be told from it.
"""
_STRONG_FIELD_CONTRAST = 3.1
"""The contrast of a surface's strongest band with the ground in themes of high contrast (WCAG 2.2, 1.4.11).

With a stronger band, the cells of a line would have to be darkened so much that they would look like a trench.
"""
_LINE_FIELD_CONTRAST = 2.5
"""The contrast of the strongest field beneath a line with the ground, in the same themes."""
_MIN_FIELD_CONTRAST = 1.25
"""The lowest contrast of a field's strongest band with the ground, even if points on it lose some of their contrast."""


def _make_sequential_ramp(ground: RGB, end: RGB) -> tuple[RGB, ...]:
    """The colours of the bands from almost the ground to `end`."""
    return tuple(mix(ground, end, _LOWEST_BAND_SHARE + (1 - _LOWEST_BAND_SHARE) * share) for share in _BAND_SHARES)


def _make_surface_ramp(ground: RGB, end_luminance: float) -> tuple[RGB, ...]:
    """The colours of the bands of a surface, from a valley in almost the ground's luminance to `end_luminance`.

    The luminance can only change a little, since points on the surface must be readable; so the hue changes too.
    """
    is_dark_theme = luminance(ground) < 0.5
    *hues, last_hue = _DARK_SURFACE_HUES if is_dark_theme else _LIGHT_SURFACE_HUES
    lowest_share = _LOWEST_BAND_SHARE if is_dark_theme else _LOWEST_LIGHT_SURFACE_SHARE
    white = _BLACK_AND_WHITE[1]
    grey = _tint(white, end_luminance)
    anchors = []  # the colours between which the ramp is interpolated
    for index, (hue, grey_share) in enumerate(zip(hues, _SURFACE_GREYS, strict=True)):
        anchor_luminance = luminance(mix(ground, grey, lowest_share + (1 - lowest_share) * index / len(hues)))
        anchors.append(mix(_tint(hue, anchor_luminance), _tint(white, anchor_luminance), grey_share))
    anchors.append(_tint(last_hue, end_luminance))
    ramp = []
    for share in _BAND_SHARES:
        position = share * (len(anchors) - 1)
        before = min(int(position), len(anchors) - 2)  # the index of the anchor before this position
        ramp.append(mix(anchors[before], anchors[before + 1], position - before))
    return tuple(ramp)


def _make_diverging_ramp(low: RGB, middle: RGB, high: RGB) -> tuple[RGB, ...]:
    """The colours of the bands from `low` through almost `middle` to `high`; the middle band leans to neither."""
    both_ends = mix(low, high, 0.5)
    ramp = []
    for share in _BAND_SHARES:
        signed_share = 2 * share - 1  # from −1 at `low` to 1 at `high`
        end = high if signed_share > 0 else low if signed_share < 0 else both_ends
        ramp.append(mix(middle, end, _MIDDLE_BAND_SHARE + (1 - _MIDDLE_BAND_SHARE) * abs(signed_share)))
    return tuple(ramp)


# In the following functions, a colour's `light` is its luminance + 0.05. The contrast of two colours is the quotient of
# their lights, the larger one divided by the smaller.


def _deepen(ground: RGB, colour: RGB, share: float, min_contrast: float) -> RGB:
    """The end of a ramp: `share` of a colour over the ground, or a tint if neither black nor white is readable."""
    shade = mix(ground, colour, share)
    if max(contrast(extreme, shade) for extreme in _BLACK_AND_WHITE) >= min_contrast:
        return shade
    is_dark_theme = luminance(ground) < 0.5
    # The luminance L at which the contrast with white, 1.05 / (L + 0.05), or with black, (L + 0.05) / 0.05, is exactly
    # `min_contrast`.
    readable_luminance = 1.05 / min_contrast - 0.05 if is_dark_theme else 0.05 * min_contrast - 0.05
    return _tint(colour, readable_luminance)


def _field_luminance(ground: RGB, marks: Iterable[RGB], min_contrast: float) -> float:
    """Find the luminance furthest from the ground's on which all marks still have enough contrast.

    Its contrast with the ground is at least `_MIN_FIELD_CONTRAST`, even if the marks lose some of theirs.
    """
    ground_light = luminance(ground) + 0.05
    mark_lights = [luminance(mark) + 0.05 for mark in marks]
    if min(mark_lights) > ground_light:  # marks are lighter than the ground in a dark theme
        return max(ground_light * _MIN_FIELD_CONTRAST, min(mark_lights) / min_contrast) - 0.05
    return min(ground_light / _MIN_FIELD_CONTRAST, max(mark_lights) * min_contrast) - 0.05


def _luminance_apart(ground: RGB, wanted_contrast: float) -> float:
    """The luminance that has this contrast with the ground; above the ground's in a dark theme, else below."""
    ground_light = luminance(ground) + 0.05
    is_dark_theme = ground_light < 0.5
    light = ground_light * wanted_contrast if is_dark_theme else ground_light / wanted_contrast
    return light - 0.05


def _tint(colour: RGB, target_luminance: float) -> RGB:
    """Make a saturated colour of the same hue, with just enough black or white mixed in for this luminance."""
    grey = _GREY_LOSS * min(colour)
    # Makes the largest channel 255; `or 1.0` is for black, whose channels are 0.
    scale = 255 / (max(colour) - grey or 1.0)
    red, green, blue = (round(scale * (channel - grey)) for channel in colour)
    saturated = (red, green, blue)
    black, white = _BLACK_AND_WHITE
    must_be_lighter = luminance(saturated) < target_luminance
    for step in range(256):
        shade = mix(saturated, white if must_be_lighter else black, step / 255)
        difference = luminance(shade) - target_luminance
        if difference >= 0 if must_be_lighter else difference <= 0:
            return shade
    return white if must_be_lighter else black


_GREY_LOSS = 0.85
"""A tint drops this share of a colour's grey, which is the part that red, green and blue have in common."""


def _write_hex(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def rgb_of(colour: RichColor | None) -> RGB | None:
    """Red, green and blue of one of Rich's colours; `None` if the colour depends on the terminal's theme."""
    if colour is None or colour.triplet is None:
        return None
    red, green, blue = colour.triplet
    return red, green, blue


def _read_rgb(text: str) -> RGB | None:
    """Read a colour as a theme writes it; `None` if the value is not a colour."""
    try:
        red, green, blue = Color.parse(text).rgb
    except ColorParseError:
        return None
    return red, green, blue
