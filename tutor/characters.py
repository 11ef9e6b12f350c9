"""Shows characters that a terminal would obey or hide, and finds ASCII characters that look like others.

Quick to import, since nearly every module quotes text in a message.
"""

import re
import unicodedata

from tutor.patterns import compile_lazily

LOOKALIKES = {
    ".": "·…⋅∘⋮⋯⋰⋱",
    "*": "✓•●∗⋆⊛∙",
    "o": "○◇⋄◌",
    "#": "■□",
    "@": "◆",
    "%": "◐",
    "v": "↓▼▽∨⋁",
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
"""ASCII character → the one-cell characters that it may replace in a drawing."""
ASCII_LOOKALIKE = {drawn: plain for plain, characters in LOOKALIKES.items() for drawn in characters}
"""Character of a drawing → the ASCII character that replaces it: `LOOKALIKES` the other way round."""
BRAILLE_DENSITY = " ..:::***"
"""ASCII characters for a braille cell with 0 to 8 dots."""
SHADES = {"▓": "%", "▒": "=", "░": ":"}
"""Shaded block → an ASCII character that stands for no other block, so that shades stay distinguishable."""
HEAVY_LINES = {"━": "=", "╍": "~", "┅": ":"}
"""Thick line, solid or broken → an ASCII character that stands for no other line."""
BLOCK_EDGES = {"▁": "_", "▂": "_", "▔": "-", "▏": "|", "▎": "|", "▍": "|", "▕": "|", "▐": "|", "▌": "|"}
"""Block element that covers one edge of its cell → an ASCII character at about the same place."""

SUPERSCRIPTS = dict(zip("0123456789+−ijklmnt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱʲᵏˡᵐⁿᵗ", strict=True))
"""Digit, sign or letter → its superscript character."""
SUBSCRIPTS = dict(zip("0123456789aeijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
TO_SUPERSCRIPT = str.maketrans({**SUPERSCRIPTS, "-": SUPERSCRIPTS["−"]})
"""A table for `str.translate`; the three tables below are used in the same way."""
FROM_SUPERSCRIPT = str.maketrans({raised: plain.replace("−", "-") for plain, raised in SUPERSCRIPTS.items()})
"""A raised minus becomes the ASCII hyphen, which `int` reads."""
TO_SUBSCRIPT = str.maketrans(SUBSCRIPTS)
FROM_SUBSCRIPT = str.maketrans({lowered: plain for plain, lowered in SUBSCRIPTS.items()})

HIDDEN = compile_lazily(
    "["
    "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f"  # control characters
    "\\xad\\u034f\\u061c"  # soft hyphen, grapheme joiner, Arabic letter mark
    "\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"  # invisible letters of Hangul and Khmer, Mongolian selectors
    "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f"  # zero-width spaces and joiners, separators, marks of direction
    "\\u3164\\ud800-\\udfff\\ufeff\\uffa0\\ufff0-\\ufffb"  # Hangul fillers, surrogates, byte order mark, annotations
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a"  # format controls of shorthand and of music
    "\\U000e0000-\\U000e0fff"  # tags and variation selectors
    "]"
)
"""Characters that control a terminal, change the reading order, or are invisible; tab and line feed are allowed."""
CONTROL_PICTURES = 0x2400
"""The first of Unicode's pictures of control characters (U+2400 stands for U+0000)."""


def visible(text: str) -> str:
    r"""`text` with every hidden character shown: `␛` for escape, `\u202e` where Unicode has no picture."""
    is_plain = text.isascii() and text.isprintable()  # quicker than the pattern, and true of nearly every text
    return text if is_plain else HIDDEN.sub(_show_character, text)


def _show_character(match: re.Match[str]) -> str:
    """The picture of a matched control character, as `␛`; the escape of any other hidden character."""
    code_point = ord(match[0])
    if code_point < 0x20:  # Unicode has the pictures in the order of the characters
        return chr(CONTROL_PICTURES + code_point)
    return "\N{SYMBOL FOR DELETE}" if code_point == 0x7F else escape(match[0])


def escape(character: str) -> str:
    r"""A character as a Python escape: `\x1b`, `\u202e`.

    `visible` shows a control character as a picture. For a picture this returns the escape of the character that it
    stands for: `␛` also gives `\x1b`.
    """
    code_point = ord(character)
    if CONTROL_PICTURES <= code_point < CONTROL_PICTURES + 0x20:
        code_point -= CONTROL_PICTURES
    elif character == "\N{SYMBOL FOR DELETE}":
        code_point = 0x7F
    if code_point < 0x100:
        return f"\\x{code_point:02x}"
    return f"\\u{code_point:04x}" if code_point < 0x10000 else f"\\U{code_point:08x}"


def lookalike(character: str) -> str:
    """An ASCII character that looks like the one-cell `character`; "" when there is none."""
    if character in ASCII_LOOKALIKE:
        return ASCII_LOOKALIKE[character]
    if "\u2800" <= character <= "\u28ff":  # a braille cell: each bit of the offset is one dot
        return BRAILLE_DENSITY[(ord(character) - 0x2800).bit_count()]
    if "\u2500" <= character <= "\u257f":
        return _box_drawing_lookalike(character)
    if "\u2580" <= character <= "\u259f":  # a block element
        return SHADES.get(character) or BLOCK_EDGES.get(character, "#")
    decomposed = unicodedata.normalize("NFKD", character)  # a letter with an accent becomes the letter and the accent
    letters = [part for part in decomposed if not unicodedata.combining(part)]
    if len(letters) != 1:  # such as ½, which becomes three characters but takes only one cell
        return ""
    return letters[0] if letters[0].isascii() else ASCII_LOOKALIKE.get(letters[0], "")


def _box_drawing_lookalike(character: str) -> str:
    """A box-drawing character as `-`, `|`, `+`, a slash or `X`, from the directions that its Unicode name lists."""
    words = set(unicodedata.name(character).split())
    if "DIAGONAL" in words:
        return {"╱": "/", "╲": "\\"}.get(character, "X")
    if not words & {"VERTICAL", "UP", "DOWN"}:
        return HEAVY_LINES.get(character, "-")
    return "+" if words & {"HORIZONTAL", "LEFT", "RIGHT"} else "|"
