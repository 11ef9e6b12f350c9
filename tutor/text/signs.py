"""How a sign is written where it cannot stand as it is: hidden ones are shown, and ASCII stands for what is lacking.

Free to all, and quick to import: the one writer to a terminal or a pipe uses it, and so do lessons and screens.
"""

import re
import unicodedata

from tutor.patterns import late

LOOK = {
    ".": "·…⋅∘⋮⋯⋰⋱",
    "*": "•●∗⋆⊛∙",
    "o": "○◇⋄◌",
    "#": "◆■□",
    "%": "◐",
    "v": "✓↓▼▽∨⋁",
    "x": "✕✖✗×χξ⊗⨂",
    ">": "→⟶⇒≥≫›»▶▸⟹⩾≳⊃⊇⟩",
    "<": "←⟵≤≪‹«◀⏎⇐⟸⩽≲⊂⊆⟨",
    "^": "↑▲△Λ∧⋀",
    "-": "−–—‐‑‒⊖",
    "=": "↔≡∝⇔⟺≔≜",
    "/": "÷⁄∕⊘",
    "\\": "∖⧵",
    "~": "≈∼≃≅",
    "!": "≠⚑¬",
    '"': "“”″",
    "'": "‘’′",
    "+": "±†‡∓⊕⨁",
    "8": "∞",
    "V": "√∛∜",
    "d": "∂δ",
    "D": "∇Δ∆",
    "S": "∑Σ",
    "P": "∏Π∐",
    "I": "∫∬∭∮",
    "O": "ΩΘθϑ⊙⨀∅",
    "E": "∃∄∈∉",
    "A": "∀",
    "C": "∁",
    "U": "∪⋃⊎⊔",
    "n": "ν∩⋂⊓",
    "T": "⊤⊥⟂",
    "(": "⎛⎜⎝",
    ")": "⎞⎟⎠",
    "[": "⎡⎢⎣⟦⌈⌊",
    "]": "⎤⎥⎦⟧⌉⌋",
    "{": "⎧⎨⎩⎪⎰",
    "}": "⎫⎬⎭⎱",
    "|": "∣∥‖↕",
    "a": "α",
    "b": "β",
    "g": "γ",
    "e": "εϵ",
    "z": "ζ",
    "h": "ηℏ",
    "i": "ι",
    "k": "κ",
    "l": "λℓ",
    "m": "μ",
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
"""An ASCII sign, and those of one cell that it stands for in a drawing."""
ALIKE = {sign: plain for plain, signs in LOOK.items() for sign in signs}
DOTS = " ..:::***"
"""How full a cell of dots is."""
EDGES = {"▁": "_", "▂": "_", "▔": "-", "▏": "|", "▎": "|", "▍": "|", "▕": "|", "▐": "|", "▌": "|"}

HIDDEN = late(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufeff\\uffa0\\ufff0-\\ufffb"
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)
"""Signs that act on a terminal or on the reading order, or that nobody sees; a tab and a line feed are none."""
PICTURES = 0x2400
"""Where Unicode keeps a picture for each of the first 32 control characters."""


def visible(text: str) -> str:
    r"""`text` with every hidden sign shown: `␛` for escape, `\u202e` where there is no picture."""
    return text if text.isascii() and text.isprintable() else HIDDEN.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(PICTURES + code) if code < 0x20 else "\N{SYMBOL FOR DELETE}" if code == 0x7F else escaped(found[0])


def escaped(sign: str) -> str:
    r"""One sign by its number: `\x1b`, `\u202e`, `\U0001f600`; the picture of a control character by its own."""
    code = ord(sign)
    code = code - PICTURES if PICTURES <= code < PICTURES + 0x20 else 0x7F if code == PICTURES + 0x21 else code
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def drawn(sign: str) -> str:
    """ASCII of one cell that looks like `sign`, which is one cell wide; nothing when none does."""
    if sign in ALIKE:
        return ALIKE[sign]
    if "\u2800" <= sign <= "\u28ff":
        return DOTS[(ord(sign) - 0x2800).bit_count()]
    if "\u2500" <= sign <= "\u257f":
        return _line(sign, unicodedata.name(sign))
    if "\u2580" <= sign <= "\u259f":
        return EDGES.get(sign, "#")
    plain = unicodedata.normalize("NFKD", sign)
    letters = [part for part in plain if not unicodedata.combining(part)]
    return letters[0] if len(letters) == 1 and letters[0].isascii() else ""


def _line(sign: str, name: str) -> str:
    """A line of a box: lying, standing, slanting, or a corner."""
    if "DIAGONAL" in name:
        return {"╱": "/", "╲": "\\"}.get(sign, "X")
    words = set(name.split())
    lying, standing = words & {"HORIZONTAL", "LEFT", "RIGHT"}, words & {"VERTICAL", "UP", "DOWN"}
    return "+" if lying and standing else "-" if lying else "|"
