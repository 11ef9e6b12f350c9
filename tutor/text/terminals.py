"""Which terminal this is, and whether it draws octants: characters of 2 × 4 solid dots, in Unicode since version 16.

Where a terminal takes octants from its font they are mostly empty boxes, since few fonts have them. So they are used
only in terminals that are known to draw them by themselves, as they do lines and blocks.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from tutor.patterns import compile_lazily
from tutor.text.ascii_mode import prefers_ascii

CORNER_OCTANTS = "\U0001cea8\U0001ceab\U0001cea3\U0001cea0"
"""The four octants with a single dot in a corner, whose characters have names of another kind in Unicode."""
MIDDLE_OCTANTS = "\U0001fbe6\U0001fbe7"
"""The two octants with the two middle dots of one side, whose characters have other names, too."""
QUARTER_BLOCKS = "\U0001fb82\U0001fb85"
"""The upper quarter of a cell, and its upper three quarters: these characters serve as octants as well."""


class OctantSupport(NamedTuple):
    """The version since which a terminal draws octants itself, whatever its font."""

    since: tuple[int, ...]
    undrawn: str = ""
    """The octants that it still takes from the font; sextants stand in for them."""


OCTANT_TERMINALS: Mapping[str, OctantSupport] = {
    # CHANGELOG.md of foot, 1.20.0: "Box drawing characters U+1CD00...U+1CDE5"; no others up to 1.27.0.
    "foot": OctantSupport((1, 20), CORNER_OCTANTS + MIDDLE_OCTANTS),
    # octants.txt in the source since 1.1.1; the corners, and edges that meet (issue 7479), since 1.2.0.
    "ghostty": OctantSupport((1, 2)),
    # docs/changelog.rst of kitty, 0.40.0: "Add support for the octant box-drawing characters"; corners since 0.47.0.
    "kitty": OctantSupport((0, 40), CORNER_OCTANTS),
    # docs/docs/releases.md of Rio, 0.2.13: "Octant support #814"; no quarter blocks in its source up to 0.5.25.
    "rio": OctantSupport((0, 2, 13), QUARTER_BLOCKS),
    # Commit 38064959 of VTE, "minifont: Implement block octants", August 2024; the first release after it is 0.78.0.
    "vte": OctantSupport((0, 78)),
    # docs/changelog.md of WezTerm: "Support Unicode 16 octant characters", in the nightly builds after 8 February 2025.
    "wezterm": OctantSupport((20250209,)),
}
"""The terminals that draw octants, by the names that they give themselves, in lower case."""

MARKING_VARIABLES: Mapping[str, str] = {
    "ALACRITTY_WINDOW_ID": "alacritty",
    "INSIDE_EMACS": "emacs",
    "KITTY_WINDOW_ID": "kitty",
    "KONSOLE_VERSION": "konsole",
    "NVIM": "neovim",
    "STY": "screen",
    "TERMINAL_EMULATOR": "jediterm",
    "TMUX": "tmux",
    "VIM_TERMINAL": "vim",
    "VTE_VERSION": "vte",
    "WT_SESSION": "windows terminal",
    "XTERM_VERSION": "xterm",
    "ZELLIJ": "zellij",
}
"""Environment variable → the terminal, or the program that draws for one, that sets it."""
VERSION_VARIABLES: Mapping[str, str] = {"vte": "VTE_VERSION"}
"""Terminal → the environment variable with its version, if that is not TERM_PROGRAM_VERSION."""
GENERIC_TERMS = frozenset(("", "xterm", "256color", "88color", "16color", "color", "direct"))
"""First words of TERM, without `xterm-`, that many terminals share, so that they identify none."""
_VERSION = compile_lazily(r"\d+(?:\.\d+)*")
_NAME_AND_VERSION = compile_lazily(r"\s*(?P<name>[a-z][\w.-]*)[\s(]+(?P<version>[^()\s]+)", re.IGNORECASE)


def understates_its_colours(environment: Mapping[str, str]) -> bool:
    """Whether this is an xterm, which has 256 colours, but whose TERM promises 16, as it does if nothing is set."""
    return (
        environment.get("TERM", "").lower() == "xterm"
        and not environment.get("COLORTERM")
        and terminal_of(environment).name == "xterm"
    )


class TerminalProgram(NamedTuple):
    """A terminal: its name in lower case, and its version as it writes it; each is "" if it is not known."""

    name: str = ""
    version: str = ""

    @property
    def octants(self) -> OctantSupport | None:
        """How it draws octants; `None` if it is not known to draw any."""
        support = OCTANT_TERMINALS.get(self.name)
        return support if support is not None and self.numbers >= support.since else None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers; empty if it is not known."""
        match = _VERSION.match(self.version)
        return tuple(int(digits) for digits in match[0].split(".")) if match else ()


def terminal_of(environment: Mapping[str, str]) -> TerminalProgram:
    """Find out which terminal has set these variables; it is unknown if they name more than one.

    The variables may name several terminals: if the program's terminal was started from another, its variables were
    inherited. Inside tmux, they may be those of a terminal that is no longer attached.
    """
    program = environment.get("TERM_PROGRAM", "").lower()
    named_by_term = environment.get("TERM", "").lower().removeprefix("xterm-").partition("-")[0]
    names = {name for variable, name in MARKING_VARIABLES.items() if environment.get(variable)}
    if program:
        names.add(program)
    if named_by_term not in GENERIC_TERMS:
        names.add(named_by_term)
    if len(names) != 1:
        return TerminalProgram()
    (name,) = names
    version_variable = VERSION_VARIABLES.get(name, "TERM_PROGRAM_VERSION" if name == program else "")
    return _make_program(name, environment.get(version_variable, ""))


def read_terminal_answer(answer: str) -> TerminalProgram:
    """Read the name and version that a terminal gives of itself, such as `kitty(0.42.1)` or `ghostty 1.2.0`."""
    match = _NAME_AND_VERSION.match(answer)
    return _make_program(match["name"].lower(), match["version"]) if match else TerminalProgram()


def _make_program(name: str, version: str) -> TerminalProgram:
    """A terminal by its name and version; VTE's, which is one number such as 7802, is written as 0.78.2."""
    if name == "vte" and version.isdecimal():
        major_and_minor, patch = divmod(int(version[:9]), 100)
        major, minor = divmod(major_and_minor, 100)
        version = f"{major}.{minor}.{patch}"
    return TerminalProgram(name, version)


@cache
def undrawn_octants(dots: str) -> str | None:
    """The octants that this terminal does not draw, by the setting `dots`; `None` if lines are in braille.

    The result for each setting is cached.
    """
    return None if prefers_ascii() else choose_octants(dots, os.environ)


def choose_octants(dots: str, environment: Mapping[str, str]) -> str | None:
    """The octants that a terminal with these variables does not draw, by the setting; `None` for braille."""
    terminal = terminal_of(environment)
    if dots == "octants":  # all, except those that this terminal never draws
        support = OCTANT_TERMINALS.get(terminal.name)
        return support.undrawn if support else ""
    return terminal.octants.undrawn if dots == "auto" and terminal.octants else None
