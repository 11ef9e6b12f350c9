"""Turns roles such as `orange`, `accent` or `muted` into the colours of a theme, and makes the ramps of heat maps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import get_args
from weakref import WeakKeyDictionary

from rich.color import Color as RichColor
from rich.style import Style
from textual.app import App
from textual.color import Color, ColorParseError

from tutor.sims.engine.chart import Role
from tutor.widgets.plots.ramps import (
    STRONG_SURFACE,
    WEAK_SURFACE,
    make_diverging_ramp,
    make_sequential_ramp,
    make_surface_ramp,
)
from tutor.widgets.plots.shades import (
    RGB,
    TENTHS,
    adjust_foreground,
    contrast,
    deepen,
    field_luminance,
    luminance_apart,
    mix,
    tint,
)

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
    has_colours: bool = True
    """False in a terminal without colours (`NO_COLOR`), where every mark has the same one."""

    @cached_property
    def of_planes(self) -> "Palette":
        """The same palette for planes, where points of both classes must be readable on the heat map.

        The colours of the ramps are therefore only a little darker or lighter than the ground. In themes of high
        contrast, such a surface could hardly be seen. There the ramp of a surface (the sequential one) is strong, and
        the field is made paler or darker only behind the few marks on it. The ramp of a classifier (the diverging one)
        stays weak even there, since its field is full of points.
        """
        class_colours = [self.roles["blue"], self.roles["orange"]]
        weak_luminance = field_luminance(self.ground, class_colours, self.contrast)
        weak_blue, weak_orange = (tint(colour, weak_luminance) for colour in class_colours)
        has_high_contrast = self.contrast >= MIN_HIGH_CONTRAST
        strong_luminance = luminance_apart(self.ground, _STRONG_FIELD_CONTRAST)
        line_blue = tint(self.roles["blue"], luminance_apart(self.ground, _LINE_FIELD_CONTRAST))
        surface = (strong_luminance, STRONG_SURFACE) if has_high_contrast else (weak_luminance, WEAK_SURFACE)
        return replace(
            self,
            sequential=make_surface_ramp(self.ground, *surface),
            diverging=make_diverging_ramp(weak_orange, self.ground, weak_blue),
            line_field=line_blue if has_high_contrast else None,
        )

    @cached_property
    def of_images(self) -> "Palette":
        """The same palette for images without lines over them. In themes of high contrast their ink is strong too."""
        if self.contrast < MIN_HIGH_CONTRAST:
            return self
        ink = tint(self.roles["blue"], luminance_apart(self.ground, self.contrast))
        return replace(self, sequential=make_sequential_ramp(self.ground, ink))

    @cached_property
    def of_tables(self) -> "Palette":
        """The same palette for tables and for images with frames.

        Numbers, signs and frames are seen best if all of them are light, or all dark, as other text is.
        """
        return replace(self, sequential=make_sequential_ramp(self.ground, self.diverging[-1]))

    @cached_property
    def of_handwriting(self) -> "Palette":
        """The same palette for handwriting, in the colour of text."""
        return replace(self, sequential=make_sequential_ramp(self.ground, self.text))

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
    for share in TENTHS:
        background = mix(field, ground, share)
        if contrast(mark, background) >= min_contrast:
            return mark, background
    return adjust_foreground(mark, ground, min_contrast), ground


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
    min_contrast = MIN_HIGH_CONTRAST if "contrast" in app.theme else MIN_CONTRAST
    return _build_palette(valid_colours, min_contrast, has_colours=not app.no_color)


_PALETTES: WeakKeyDictionary[App[object], tuple[dict[str, str], str, Palette]] = WeakKeyDictionary()
"""App → the theme variables and the theme from which its palette was made, and that palette."""


@lru_cache(maxsize=16)
def _build_palette(named_colours: tuple[tuple[str, RGB], ...], min_contrast: float, *, has_colours: bool) -> Palette:
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
    sequential_end = deepen(ground, roles["blue"], _SEQUENTIAL_SHARE, min_contrast)
    low_end = deepen(ground, roles["orange"], _DIVERGING_SHARE, min_contrast)
    high_end = deepen(ground, roles["blue"], _DIVERGING_SHARE, min_contrast)
    return Palette(
        roles=roles,
        text=text,
        frame=colours.get("frame", mix(ground, text, _FRAME_SHARE)),
        sequential=make_sequential_ramp(ground, sequential_end),
        diverging=make_diverging_ramp(low_end, ground, high_end),
        ground=ground,
        contrast=min_contrast,
        has_colours=has_colours,
    )


_SEQUENTIAL_SHARE, _DIVERGING_SHARE = 0.65, 0.54
"""How much of a role's colour is mixed into the ground for the end of a sequential and of a diverging ramp."""
_STRONG_FIELD_CONTRAST = 3.1
"""The contrast of a surface's strongest band with the ground in themes of high contrast (WCAG 2.2, 1.4.11).

With a stronger band, the cells of a line would have to be darkened so much that they would look like a trench.
"""
_LINE_FIELD_CONTRAST = 2.5
"""The contrast of the strongest field beneath a line with the ground, in the same themes."""


_MUTED_SHARE, _FRAME_SHARE = 0.62, 0.38
"""How much of the text's colour is mixed into the ground for muted marks and for axes, if the theme names neither."""


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
