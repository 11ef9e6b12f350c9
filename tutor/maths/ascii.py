"""Writes a formula in one line of ASCII, for terminals that can show nothing else."""

import re
import unicodedata
from collections.abc import Sequence

from tutor.characters import escape, lookalike
from tutor.maths import symbols
from tutor.maths.line import LineFormatter, is_single_token
from tutor.maths.tree import Accent, Atom, Node, Root, Stack

_SPELLINGS = {
    "−": "-",
    "·": "*",
    "×": "x",
    "∗": "*",
    "⋆": "*",
    "÷": "/",
    "±": "+-",
    "∓": "-+",
    "⊙": ".*",
    "⊗": "(x)",
    "⊕": "(+)",
    "⊖": "(-)",
    "⊘": "./",
    "∘": "o",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~~",
    "≃": "~=",
    "≅": "~=",
    "∼": "~",
    "≡": "==",
    "≜": ":=",
    "≔": ":=",
    "≲": "<~",
    "≳": ">~",
    "≪": "<<",
    "≫": ">>",
    "∝": "prop to",
    "∈": "in",
    "∉": "not in",
    "∋": "contains",
    "⊂": "subset",
    "⊆": "subset=",
    "⊃": "superset",
    "⊇": "superset=",
    "∪": "union",
    "∩": "intersect",
    "∖": "\\",
    "∧": "and",
    "∨": "or",
    "¬": "not ",
    "∀": "for all ",
    "∃": "exists ",
    "∅": "{}",
    "→": "->",
    "←": "<-",
    "↔": "<->",
    "↦": "|->",
    "⇒": "=>",
    "⇐": "<==",
    "⇔": "<=>",
    "↑": "up",
    "↓": "down",
    "∑": "sum",
    "∏": "prod",
    "∫": "int",
    "∬": "int int",
    "∭": "int int int",
    "∮": "oint",
    "⋃": "union",
    "⋂": "intersect",
    "∂": "d",
    "∇": "grad",
    "∞": "inf",
    "√": "sqrt",
    "…": "...",
    "⋯": "...",
    "⋮": ":",
    "⋱": "...",
    "′": "'",
    "″": "''",
    "∣": "|",
    "∥": "||",
    "‖": "||",
    "⊥": "perp",
    "⊤": "T",
    "⟨": "<",
    "⟩": ">",
    "⌊": "floor(",
    "⌋": ")",
    "⌈": "ceil(",
    "⌉": ")",
    "°": " deg",
    "†": "+",
    "•": "*",
    "ϵ": "eps",
    "ε": "eps",
    "ℓ": "l",
    "ℏ": "hbar",
    "ı": "i",
    "–": "-",
    "—": "--",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "✓": "ok",
    "∎": "QED",
    "⟂": "perp",
    "½": "1/2",
    "▁": "_",
    "─": "-",
    "│": "|",
    "²": "^2",
    "³": "^3",
    "⟶": "->",
    "⟵": "<-",
    "⟹": "=>",
    "⟸": "<==",
    "⟺": "<=>",
    "⩽": "<=",
    "⩾": ">=",
    "∛": "cbrt",
    "∄": "there is no ",
    "∐": "coprod",
    "∠": "angle ",
    "↕": "up or down",
    "⏎": "Enter",
    "´": "'",
    "ʹ": "'",
    "ˇ": "^",
}
_ACCENT_NAMES = {mark: name for name, mark in symbols.ACCENTS.items() if not name.startswith("wide")}
"""Combining mark → the name of the accent."""
_SUPERSCRIPT_CHARACTERS = {small: ("^", full) for full, small in symbols.SUPERSCRIPTS.items() if small != full}
_SUBSCRIPT_CHARACTERS = {small: ("_", full) for full, small in symbols.SUBSCRIPTS.items() if small != full}
_SMALL_CHARACTERS = {**_SUPERSCRIPT_CHARACTERS, **_SUBSCRIPT_CHARACTERS}
"""Raised or lowered character → the mark of its kind (^ or _), and the full-size character."""


def ascii_of(character: str) -> str:
    """One character in ASCII; "" if there is no usual spelling for it."""
    if character.isascii():
        return character
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    decomposed = unicodedata.normalize("NFKD", character).replace("⁄", "/")
    if decomposed.isascii():  # ¼ is 1/4, and the ligature ﬁ is fi
        return decomposed
    if decomposed[0].isascii():  # a letter whose accents are dropped
        return decomposed[0]
    if decomposed != character:  # a variant of another character: the symbol ϕ of the letter φ
        return "".join(ascii_of(part) for part in decomposed)
    return _greek_letter_name(character)


def _greek_letter_name(character: str) -> str:
    """The name of a Greek letter, capitalised when it is a capital; "" for any other character."""
    unicode_name = unicodedata.name(character, "")
    words = unicode_name.split()
    if not unicode_name.startswith("GREEK") or len(words) < 3:
        return ""
    name = words[-1] if words[-1] != "SYMBOL" else words[-2]  # GREEK SMALL LETTER ALPHA, or GREEK PHI SYMBOL
    if name == "LAMDA":  # as Unicode spells it
        name = "LAMBDA"
    return name.capitalize() if "CAPITAL" in unicode_name else name.lower()


def to_ascii(text: str) -> str:
    """Write prose or numbers in ASCII: symbols by their usual spelling, x² as x^2; no character is lost."""
    return "".join(_ascii_character(character) for character in symbols_to_ascii(text))


def symbols_to_ascii(text: str) -> str:
    """Write the mathematical symbols in prose or numbers in ASCII; letters of other languages stay as they are.

    The caller decides whether such letters can be shown: on a screen by their width, in a pipe by its encoding.
    """
    if text.isascii():
        return text
    result = ""
    previous_mark = ""  # a run of raised or lowered characters gets one ^ or _: x¹² is x^12
    for character, accents in _CHARACTER_WITH_ACCENTS.findall(unicodedata.normalize("NFC", text)):
        script_mark, full_size = _SMALL_CHARACTERS.get(character, ("", character))  # ² is ("^", "2")
        if script_mark != previous_mark:
            result += script_mark
        previous_mark = script_mark
        spelling = "" if _keeps_letter(full_size) else ascii_of(full_size) or lookalike(full_size)
        result += _name_accents(spelling or full_size, accents)
    return result


_CHARACTER_WITH_ACCENTS = re.compile(
    "([^\\u0300-\\u036f\\u20d0-\\u20ff]|^)([\\u0300-\\u036f\\u20d0-\\u20ff]*)", re.DOTALL
)
"""A character and the combining marks after it; marks at the beginning of the text match without a character."""
_ACCENTED_QUANTITIES = {
    "ŷ": "hat(y)",
    "ȳ": "bar(y)",
    "ỹ": "tilde(y)",
    "ŵ": "hat(w)",
    "ẑ": "hat(z)",
    "ẋ": "dot(x)",
    "ẍ": "ddot(x)",
}
"""Letters that Unicode has together with a mark, and that are names of quantities here, not letters of a language."""


def _keeps_letter(letter: str) -> bool:
    """Whether a letter is left as it is, because it belongs to a language: é, ñ and 漢 do, α and ℓ do not.

    The letters of `_ACCENTED_QUANTITIES` are left as well, since `_name_accents` replaces them later.
    """
    if letter in _ACCENTED_QUANTITIES:
        return True
    if not letter.isalpha() or letter.isascii() or letter in _SPELLINGS:
        return False
    is_greek = unicodedata.name(letter, "").startswith("GREEK")
    is_styled = unicodedata.normalize("NFKC", letter) != letter  # an italic or script form for formulas
    return not is_greek and not is_styled


def _name_accents(letter: str, accents: str) -> str:
    """Write a letter with accents as a function of it, such as `hat(m)`; `accents` are combining marks."""
    text = _ACCENTED_QUANTITIES.get(letter, letter)
    for mark in accents:
        if mark in _ACCENT_NAMES and text.strip():
            text = f"{_ACCENT_NAMES[mark]}({text})"
    return text


def _ascii_character(character: str) -> str:
    """Write a character in its usual spelling; failing that, as one that looks like it, or as its code."""
    return ascii_of(character) or lookalike(character) or escape(character)


class AsciiFormatter(LineFormatter):
    """Formats a tree as one line of ASCII."""

    uses_brackets_for_indices = False

    def format_atom(self, node: Atom) -> str:
        """Write a symbol by its usual spelling."""
        return "".join(ascii_of(character) or _name_character(character) for character in node.text)

    def format_stack(self, node: Stack) -> str:
        """Write an arrow with its label in it, `-a->`; any other symbol with what is above and below it as scripts."""
        body = self.format(node.body)
        if body in ("->", "=>") and node.above and not node.below:
            return f"-{self.format(node.above)}{body}"
        return body + self.format_scripts(node.above, node.below)

    def format_row(self, items: Sequence[Node], is_tight: bool) -> str:
        """Write a row; operators spelled with letters have gaps around them even in an index: `i in S`."""
        is_tight = is_tight and not any(self._is_spelled_operator(item) for item in items)
        return super().format_row(items, is_tight)

    def _is_spelled_operator(self, node: Node) -> bool:
        """Whether `node` is an operator or relation that ASCII spells with letters: `in`, `union`."""
        return isinstance(node, Atom) and node.kind in ("bin", "rel") and self.format_atom(node)[:1].isalpha()

    def extra_gap(self, left: str, right: str) -> int:
        """One cell between names that would run together: `2 alpha x`; but none in `dtheta`, and in `ab` for a b."""
        if left[-1:] == ")" and right[:1].isalpha():  # `sqrt(2) x`: a function that has its argument
            return 1
        would_run_together = left[-1:].isalnum() and right[:1].isalnum()
        if left == "d" or not would_run_together:
            return super().extra_gap(left, right)
        left_ends_with_word = _begins_with_word(left[::-1])
        are_both_digits = left[-1].isdigit() and right[0].isdigit()
        return int(left_ends_with_word or _begins_with_word(right) or are_both_digits)

    def format_primes(self, count: int) -> str:
        """`count` primes as apostrophes."""
        return "'" * count

    def format_scripts(self, sup: Node | None, sub: Node | None) -> str:
        """Write scripts after _ and ^, in braces unless they are one symbol, number or word."""
        if sup == Atom("∘", "bin") and not sub:  # 90^\circ
            return " deg"
        lowered = f"_{self._format_in_braces(sub)}" if sub else ""
        raised = f"^{self._format_in_braces(sup)}" if sup else ""
        return lowered + raised

    def _format_in_braces(self, node: Node) -> str:
        """Write a script, in braces unless it is one symbol, number or word."""
        text = self.format(node, is_tight=True)
        return text if is_single_token(text, node) else f"{{{text}}}"

    def format_root(self, node: Root) -> str:
        """Write a root as a function: `sqrt(x)`, or `root(3, x)` with an index."""
        body = self.format(node.body)
        return f"sqrt({body})" if node.index is None else f"root({self.format(node.index)}, {body})"

    def format_accent(self, node: Accent) -> str:
        """Write an accent as a function of its body: `hat(x)`."""
        return f"{node.mark}({self.format(node.body)})"

    def format_brackets(self, left: str, body: str, right: str) -> str:
        """`body` in brackets; rounding down and up as functions, since ⌊ and ⌋ are spelled `floor(` and `)`."""
        ascii_left = "".join(ascii_of(character) for character in left)
        ascii_right = "".join(ascii_of(character) for character in right)
        return super().format_brackets(ascii_left, body, ascii_right)

    def join_lines(self, lines: list[str]) -> str:
        """Join equations with semicolons; a line that begins with a sign continues the one before, after a space."""
        text = ""
        for line in lines:
            if not line:
                continue
            separator = " " if line[0] in "=<>+-~*" else "; "
            text = f"{text}{separator}{line}" if text else line
        return text


def _name_character(character: str) -> str:
    """The name that Unicode has for a character, between spaces; "" for a combining mark."""
    return "" if unicodedata.combining(character) else f" {unicodedata.name(character, '?').lower()} "


def _begins_with_word(text: str) -> bool:
    """Whether `text` begins with two letters or more."""
    return len(text) > 1 and text[0].isalpha() and text[1].isalpha()
