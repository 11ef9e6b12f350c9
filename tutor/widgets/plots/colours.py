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
"""Levels of a heat map: few enough that their edges read as contours."""

MIN_CONTRAST, MIN_HIGH_CONTRAST = 4.5, 7.0
"""The least contrast of marks (WCAG 2.2, 1.4.3 and 1.4.6), the second in themes whose name has "contrast" in it."""

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
"""The theme variables that give a role its colour; the first that the theme has counts."""

RUN_COLOURS: dict[Role, tuple[int, int, int]] = {
    "run A": (229, 143, 208),
    "run B": (176, 152, 255),
    "run C": (196, 212, 92),
}
"""The colours of compared runs in a theme that names none: pink, violet and lime, which no other role has."""

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The colours of one theme."""

    roles: Mapping[Role, RGB]
    text: RGB
    frame: RGB
    """Axes, boxes and arrows."""
    sequential: tuple[RGB, ...]
    """From the lowest band to the highest."""
    diverging: tuple[RGB, ...]
    """From orange through the ground to blue."""
    ground: RGB
    """What pictures are drawn on."""
    contrast: float
    """The least contrast of a mark with its background."""
    clears_marks: bool = False
    """True where a point that could not be read on the field stands on the ground instead, and keeps its colour."""

    @cached_property
    def of_planes(self) -> "Palette":
        """The same palette for a plane, whose field is so dark or pale that points of both classes are read on it.

        In high contrast that would leave a surface hardly darker or paler than the ground: there it is strong, and
        the few marks on it stand on the ground. A field of two classes is full of points and stays as it is.
        """
        classes = [self.roles["blue"], self.roles["orange"]]
        level = _field_luminance(self.ground, classes, self.contrast)
        blue, orange = (_tint(colour, level) for colour in classes)
        is_strong = self.contrast >= MIN_HIGH_CONTRAST
        top = _tint(classes[0], _strong_luminance(self.ground)) if is_strong else blue
        return replace(
            self,
            sequential=_make_sequential_ramp(self.ground, top),
            diverging=_make_diverging_ramp(orange, self.ground, blue),
            clears_marks=is_strong,
        )

    def style(self, role: Role, *, bold: bool = False) -> Style:
        """A style whose foreground is the colour of `role`."""
        return make_style(self.roles[role], bold=bold)

    @property
    def plain(self) -> Style:
        """Ordinary text."""
        return make_style(self.text)

    @property
    def strong(self) -> Style:
        """Titles, and what is worked out."""
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
    """The light of red, green and blue (sRGB, IEC 61966-2-1), each from 0 to 1."""
    return tuple(
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _unit_channels(colour)
    )


def _unit_channels(colour: RGB) -> tuple[float, ...]:
    return tuple(part / 255 for part in colour)


def contrast(one: RGB, other: RGB) -> float:
    """The contrast of two colours (WCAG 2.2), from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def make_readable(sign: RGB, field: RGB, palette: Palette, *, is_line: bool = False) -> tuple[RGB, RGB]:
    """Adjusted colours of a sign and its field: the sign becomes lighter or darker, the field only if that fails.

    The dots of a line keep a field beneath them: a row of cells in the colour of the ground would look like a valley.
    """
    if palette.clears_marks and not is_line and contrast(sign, palette.ground) >= palette.contrast:
        return sign, field if contrast(sign, field) >= palette.contrast else palette.ground
    return _adjust_field(adjust_sign(sign, field, palette.contrast), field, palette.ground, palette.contrast)


@lru_cache(maxsize=4096)
def _adjust_field(mark: RGB, field: RGB, ground: RGB, least: float) -> tuple[RGB, RGB]:
    """The mark with its field, mixed with the ground until the mark can be read on it."""
    for share in _TENTHS:
        behind = mix(field, ground, share)
        if contrast(mark, behind) >= least:
            return mark, behind
    return adjust_sign(mark, ground, least), ground


_TENTHS = tuple(step / 10 for step in range(11))
_BLACK_AND_WHITE: tuple[RGB, RGB] = ((0, 0, 0), (255, 255, 255))


@lru_cache(maxsize=4096)
def adjust_sign(sign: RGB, behind: RGB, least: float) -> RGB:
    """`sign`, moved towards black or white, whichever is further from `behind`, until it can be read."""
    end = max(_BLACK_AND_WHITE, key=lambda colour: contrast(colour, behind))
    return next((shade for share in _TENTHS if contrast(shade := mix(sign, end, share), behind) >= least), end)


@lru_cache(maxsize=512)
def make_style(foreground: RGB, background: RGB | None = None, *, bold: bool = False) -> Style:
    """A style with these colours, made once."""
    under = None if background is None else _write_hex(background)
    return Style(color=_write_hex(foreground), bgcolor=under, bold=bold or None)


def theme_palette(app: App[object]) -> Palette:
    """The palette of the app's theme."""
    variables = app.theme_variables
    known = _PALETTES.get(app)
    if known is None or known[0] is not variables or known[1] != app.theme:
        known = _PALETTES[app] = variables, app.theme, _make_palette(app)
    return known[2]


def _make_palette(app: App[object]) -> Palette:
    """The palette of the theme that the app has now."""
    variables = app.theme_variables
    names_of_roles = {name for names in ROLE_VARIABLES.values() for name in names} | {
        "foreground",
        "background",
        "muted",
        "frame",
    }
    colours = tuple((name, _read_rgb(variables[name])) for name in sorted(names_of_roles) if name in variables)
    valid_colours = tuple((name, rgb) for name, rgb in colours if rgb is not None)
    return _build_palette(valid_colours, MIN_HIGH_CONTRAST if "contrast" in app.theme else MIN_CONTRAST)


_PALETTES: WeakKeyDictionary[App[object], tuple[dict[str, str], str, Palette]] = WeakKeyDictionary()
"""For each app, the variables and the theme that its palette was made from: every line drawn asks for it."""


@lru_cache(maxsize=16)
def _build_palette(known: tuple[tuple[str, RGB], ...], least: float) -> Palette:
    """A palette from the colours of a theme, in which every role has the least contrast with the ground."""
    colours = dict(known)
    text = colours.get("foreground", (220, 220, 220))
    ground = colours.get("background", (0, 0, 0))
    muted = adjust_sign(colours.get("muted", mix(ground, text, 0.62)), ground, least)
    roles: dict[Role, RGB] = dict.fromkeys(get_args(Role), muted)
    for role, names in ROLE_VARIABLES.items():
        colour = next((colours[name] for name in names if name in colours), RUN_COLOURS.get(role, text))
        roles[role] = adjust_sign(colour, ground, least)
    return Palette(
        roles=roles,
        text=text,
        frame=colours.get("frame", mix(ground, text, 0.38)),
        sequential=_make_sequential_ramp(ground, _deepen(ground, roles["blue"], 0.65, least)),
        diverging=_make_diverging_ramp(
            _deepen(ground, roles["orange"], 0.54, least), ground, _deepen(ground, roles["blue"], 0.54, least)
        ),
        ground=ground,
        contrast=least,
    )


@lru_cache(maxsize=4096)
def mix(first: RGB, second: RGB, share: float) -> RGB:
    """The colour that lies `share` of the way from `first` to `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


_BAND_PLACES = [band / (BAND_COUNT - 1) for band in range(BAND_COUNT)]
_MIDDLE_BAND_SHARE, _LOWEST_BAND_SHARE = 0.15, 0.08
"""The share of its end that the middle band of a diverging ramp has, and the lowest of a sequential one."""
_STRONG_FIELD_CONTRAST = 4.5
"""The contrast of a surface's strongest band with the ground in high contrast."""
_MIN_FIELD_CONTRAST = 1.25
"""The contrast of a field's strongest band with the ground, in themes whose points leave it less."""


def _make_sequential_ramp(ground: RGB, end: RGB) -> tuple[RGB, ...]:
    return tuple(mix(ground, end, _LOWEST_BAND_SHARE + (1 - _LOWEST_BAND_SHARE) * share) for share in _BAND_PLACES)


def _make_diverging_ramp(low: RGB, middle: RGB, high: RGB) -> tuple[RGB, ...]:
    places = [2 * share - 1 for share in _BAND_PLACES]
    return tuple(
        mix(middle, high if place > 0 else low, _MIDDLE_BAND_SHARE + (1 - _MIDDLE_BAND_SHARE) * abs(place))
        for place in places
    )


def _deepen(ground: RGB, colour: RGB, share: float, least: float) -> RGB:
    """Mix a share of a colour over the ground; use a tint if neither black nor white is readable on it."""
    shade = mix(ground, colour, share)
    if max(contrast(end, shade) for end in _BLACK_AND_WHITE) >= least:
        return shade
    is_dark = luminance(ground) < 0.5
    return _tint(colour, 1.05 / least - 0.05 if is_dark else 0.05 * least - 0.05)


def _field_luminance(ground: RGB, marks: Iterable[RGB], least: float) -> float:
    """The luminance furthest from the ground's on which all marks still have enough contrast."""
    own = luminance(ground) + 0.05
    lights = [luminance(mark) + 0.05 for mark in marks]
    if min(lights) > own:
        return max(own * _MIN_FIELD_CONTRAST, min(lights) / least) - 0.05
    return min(own / _MIN_FIELD_CONTRAST, max(lights) * least) - 0.05


def _strong_luminance(ground: RGB) -> float:
    """The luminance of the strongest band of a surface in high contrast."""
    own = luminance(ground) + 0.05
    return (own * _STRONG_FIELD_CONTRAST if own < 0.5 else own / _STRONG_FIELD_CONTRAST) - 0.05


def _tint(colour: RGB, level: float) -> RGB:
    """A strong colour of the same hue with about that luminance: never nearer to black or white than needed."""
    grey = _GREY_LOSS * min(colour)
    scale = 255 / (max(colour) - grey or 1.0)
    red, green, blue = (round(scale * (part - grey)) for part in colour)
    pure, is_pale = (red, green, blue), luminance((red, green, blue)) < level
    shades = (mix(pure, _BLACK_AND_WHITE[is_pale], step / 255) for step in range(256))
    return next(shade for shade in shades if (luminance(shade) >= level if is_pale else luminance(shade) <= level))


_GREY_LOSS = 0.85
"""How much of its grey a colour loses for a tint."""


def _write_hex(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def rgb_of(colour: RichColor | None) -> RGB | None:
    """A colour's parts; `None` for one that is left to the terminal."""
    if colour is None or colour.triplet is None:
        return None
    red, green, blue = colour.triplet
    return red, green, blue


def _read_rgb(text: str) -> RGB | None:
    try:
        red, green, blue = Color.parse(text).rgb
    except ColorParseError:
        return None
    return red, green, blue
