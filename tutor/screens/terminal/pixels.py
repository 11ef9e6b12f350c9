"""Which terminal shows fields in pixels, by kitty's graphics protocol with Unicode placeholders."""

import os
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from textual.geometry import Size

from tutor.text.ascii_mode import prefers_ascii
from tutor.text.terminals import TerminalProgram, terminal_of

if TYPE_CHECKING:
    from tutor.widgets.plots.pixels import PixelTerminal

PIXEL_TERMINALS: Mapping[str, tuple[int, ...]] = {"ghostty": (1,), "kitty": (0, 36)}
"""The terminals that have the protocol → the version since which they also say how large their cells are.

For kitty it is in docs/changelog.rst, 0.36.0: "Add support for in-band window resize notifications".
"""
MULTIPLEXERS = {"TMUX": "tmux", "STY": "screen", "ZELLIJ": "Zellij"}
"""Environment variable → the program that sets it, which stands before a terminal and passes no pictures on."""
MIN_RICH = 15
"""The first version of Rich that counts a placeholder with its two marks as one cell, and never cuts it in two."""


def why_no_pixels(setting: str, environment: Mapping[str, str]) -> str:
    """Why fields are drawn in cells; "" if they are drawn in pixels once the terminal says how large its cells are.

    `setting` is "auto", "on" or "off".
    """
    if setting == "off":
        return "the setting says so"
    for variable, name in MULTIPLEXERS.items():
        if environment.get(variable):
            return f"pictures do not pass {name}"
    if setting == "auto" and terminal_of(environment).name not in PIXEL_TERMINALS:
        return "the terminal is not known to show pictures"
    if environment.get("NO_COLOR") or environment.get("COLORTERM", "").lower() not in {"truecolor", "24bit"}:
        return "pixels need true colour"
    if prefers_ascii():
        return "everything is in ASCII"
    if find_spec("PIL") is None:
        return "the extra `pictures` is not installed"
    if int(version("rich").partition(".")[0]) < MIN_RICH:
        return f"Rich {MIN_RICH} is needed"
    return ""


def is_too_old(terminal: TerminalProgram) -> bool:
    """Whether the version that a terminal names has the graphics protocol, but does not report its cell size."""
    first_version = PIXEL_TERMINALS.get(terminal.name)
    if first_version is None or not terminal.numbers:  # another terminal, or one that names no version
        return False
    return terminal.numbers < first_version


def take_cell_size(
    terminal: "PixelTerminal | None", driver: object, setting: str, size: Size, pixel_size: Size
) -> "PixelTerminal | None":
    """Take note of a terminal's size in cells and in pixels.

    Returns `terminal`, or a new one if there was none and it shows pictures; `None` if it does not.
    """
    from tutor.screens.terminal.driver import SteadyDriver

    cell_size = (pixel_size.width // max(1, size.width), pixel_size.height // max(1, size.height))
    if not isinstance(driver, SteadyDriver) or min(cell_size) < 1:
        return terminal
    if terminal is not None:
        terminal.cell_size = cell_size
        return terminal
    if why_no_pixels(setting, os.environ):
        return None
    from tutor.widgets.plots.pixels import PixelTerminal

    return PixelTerminal(driver.outbox, cell_size)
