"""The last step before a terminal without Unicode: every sign becomes ASCII of the same width."""

import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

LOOK = {
    ".": "·…⋅∘",
    "*": "•●∗",
    "o": "○◇",
    "#": "◆■□",
    "%": "◐",
    "v": "✓↓▼▽",
    "x": "✕✖✗×χξ",
    ">": "→⟶⇒≥≫›»▶▸",
    "<": "←⟵≤≪‹«◀⏎",
    "^": "↑▲△Λ",
    "-": "−–—‐‑‒",
    "=": "↔≡∝",
    "/": "÷",
    "~": "≈",
    "!": "≠⚑",
    '"': "“”",
    "'": "‘’′",
    "+": "±",
    "8": "∞",
    "V": "√",
    "d": "∂δ",
    "D": "∇Δ",
    "S": "∑Σ",
    "P": "∏Π",
    "I": "∫",
    "O": "ΩΘθϑ",
    "a": "α",
    "b": "β",
    "g": "γ",
    "e": "εϵ",
    "z": "ζ",
    "h": "η",
    "i": "ι",
    "k": "κ",
    "l": "λ",
    "m": "μ",
    "n": "ν",
    "p": "π",
    "r": "ρ",
    "s": "σς",
    "t": "τ",
    "u": "υ",
    "f": "φϕ",
    "y": "ψ",
    "w": "ω",
    "G": "Γ",
    "F": "Φ",
    "Y": "Ψ",
    "X": "Ξ",
}
"""An ASCII sign, and those it stands for."""
ALIKE = {sign: plain for plain, signs in LOOK.items() for sign in signs}
DOTS = " ..:::***"
"""How full a cell of dots is."""


class Plain(dict[int, str]):
    """For `str.translate`: a sign's code → ASCII of the same width, found when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = chr(code) if code < 128 else _alike(chr(code))
        return found


def _alike(sign: str) -> str:
    """ASCII for one sign, as wide as it is: nothing for an accent, two signs for a wide one."""
    wide = cell_len(sign)
    if wide != 1:
        return "?" * wide
    if sign in ALIKE:
        return ALIKE[sign]
    if "\u2800" <= sign <= "\u28ff":
        return DOTS[(ord(sign) - 0x2800).bit_count()]
    if "\u2500" <= sign <= "\u257f":
        return _line(sign, unicodedata.name(sign))
    if "\u2580" <= sign <= "\u259f":
        return {"▁": "_", "▂": "_", "▔": "-", "▏": "|", "▎": "|", "▍": "|", "▕": "|", "▐": "|", "▌": "|"}.get(sign, "#")
    plain = unicodedata.normalize("NFKD", sign)
    letters = [part for part in plain if not unicodedata.combining(part)]
    return letters[0] if len(letters) == 1 and letters[0].isascii() else "?"


def _line(sign: str, name: str) -> str:
    """A line of a box: lying, standing, slanting, or a corner."""
    if "DIAGONAL" in name:
        return {"╱": "/", "╲": "\\"}.get(sign, "X")
    words = set(name.split())
    lying, standing = words & {"HORIZONTAL", "LEFT", "RIGHT"}, words & {"VERTICAL", "UP", "DOWN"}
    return "+" if lying and standing else "-" if lying else "|"


TABLE = Plain()


class PlainSigns(LineFilter):
    """Turns all that is drawn into ASCII; what was there for its colour stays coloured."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in ASCII."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(segment.text.translate(TABLE), segment.style)
            for segment in segments
        ]
