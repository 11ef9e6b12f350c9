"""Roles as colours: what a theme makes of `orange`, `accent` or `muted`, and the ramps of heat maps."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from rich.style import Style
from textual.app import App
from textual.color import Color, ColorParseError

from tutor.sims.chart import Role

BANDS = 13
"""Levels of a heat map: few enough that their edges read as contours."""

VARIABLES: dict[Role, tuple[str, ...]] = {
    "primary": ("primary",),
    "secondary": ("secondary", "primary"),
    "tertiary": ("warning",),
    "orange": ("orange", "accent"),
    "blue": ("blue", "primary"),
    "accent": ("accent",),
    "good": ("success",),
    "bad": ("error",),
}
"""The theme variables that give a role its colour; the first that the theme has counts."""

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
    """From blue through the ground to orange."""

    def style(self, role: Role, *, bold: bool = False) -> Style:
        """A style whose foreground is the colour of `role`."""
        return ink(self.roles[role], bold=bold)

    @property
    def plain(self) -> Style:
        """Ordinary text."""
        return ink(self.text)

    @property
    def quiet(self) -> Style:
        """Text that steps back."""
        return ink(self.roles["muted"])

    @property
    def lines(self) -> Style:
        """Axes, boxes and arrows."""
        return ink(self.frame)


@lru_cache(maxsize=512)
def ink(foreground: RGB, background: RGB | None = None, *, bold: bool = False) -> Style:
    """A style with these colours, made once."""
    under = None if background is None else _hex(background)
    return Style(color=_hex(foreground), bgcolor=under, bold=bold or None)


def palette_of(app: App[object]) -> Palette:
    """The palette of the app's theme."""
    variables = app.theme_variables
    wanted = {name for names in VARIABLES.values() for name in names} | {"foreground", "background", "muted", "frame"}
    found = tuple((name, _rgb(variables[name])) for name in sorted(wanted) if name in variables)
    return _palette(tuple((name, rgb) for name, rgb in found if rgb is not None))


@lru_cache(maxsize=16)
def _palette(known: tuple[tuple[str, RGB], ...]) -> Palette:
    colours = dict(known)
    text = colours.get("foreground", (220, 220, 220))
    ground = colours.get("background", (0, 0, 0))
    muted = colours.get("muted", mix(ground, text, 0.62))
    roles: dict[Role, RGB] = dict.fromkeys(get_args(Role), muted)
    for role, names in VARIABLES.items():
        roles[role] = next((colours[name] for name in names if name in colours), text)
    steps = [band / (BANDS - 1) for band in range(BANDS)]
    return Palette(
        roles=roles,
        text=text,
        frame=colours.get("frame", mix(ground, text, 0.38)),
        sequential=tuple(mix(ground, roles["blue"], 0.05 + 0.6 * step) for step in steps),
        diverging=tuple(_between(roles["orange"], ground, roles["blue"], 2 * step - 1) for step in steps),
    )


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """The colour that lies `share` of the way from `first` to `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _between(low: RGB, middle: RGB, high: RGB, place: float) -> RGB:
    """A colour of the diverging ramp; `place` runs from −1 to 1."""
    return mix(middle, high if place > 0 else low, 0.08 + 0.62 * abs(place))


def _hex(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _rgb(text: str) -> RGB | None:
    try:
        red, green, blue = Color.parse(text).rgb
    except ColorParseError:
        return None
    return red, green, blue
