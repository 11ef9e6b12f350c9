"""A formula in one line of ASCII, for terminals that can show nothing else."""

import re
import unicodedata
from collections.abc import Sequence

from tutor.characters import escape, lookalike
from tutor.maths import symbols
from tutor.maths.line import LineFormatter, add_braces
from tutor.maths.tree import Accent, Atom, Node, Root, Stack

_SIGNS = {
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
_MARKS = {mark: name for name, mark in symbols.ACCENTS.items() if not name.startswith("wide")}
_SMALL = {small: (mark, full) for mark, table in (("^", symbols.SUPERSCRIPTS), ("_", symbols.SUBSCRIPTS))
          for full, small in table.items() if small != full}  # fmt: skip


def ascii_of(character: str) -> str:
    """One character in ASCII; nothing when no spelling comes near it."""
    if character.isascii():
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    plain = unicodedata.normalize("NFKD", character).replace("⁄", "/")
    if plain.isascii():
        return plain
    if plain[0].isascii():
        return plain[0]
    if plain != character:
        return "".join(map(ascii_of, plain))
    return _letter_name(character)


def _letter_name(character: str) -> str:
    """The name of a Greek letter, in capitals' style when it is a capital."""
    name = unicodedata.name(character, "")
    words = name.split()
    if not name.startswith("GREEK") or len(words) < 3:
        return ""
    letter_name = words[-1] if words[-1] != "SYMBOL" else words[-2]
    letter_name = {"LAMDA": "LAMBDA"}.get(letter_name, letter_name)
    return letter_name.capitalize() if "CAPITAL" in name else letter_name.lower()


def replace_signs(text: str) -> str:
    """Prose or numbers in ASCII: signs by their usual spelling, small characters after ^ and _, none lost."""
    return "".join(map(_ascii_character, spell(text)))


def spell(text: str) -> str:
    """Prose or numbers with their mathematical signs in ASCII; letters of other languages stay as they are.

    The caller that shows the text decides about those: a screen by their width, a pipe by its encoding.
    """
    if text.isascii():
        return text
    result, open_mark = "", ""
    for letter, marks in _LETTER.findall(unicodedata.normalize("NFC", text)):
        mark, full = _SMALL.get(letter, ("", letter))
        if mark and mark != open_mark:
            result += mark
        open_mark = mark
        result += _name_accents(full if _keeps_letter(full) else ascii_of(full) or lookalike(full) or full, marks)
    return result


_LETTER = re.compile("([^\\u0300-\\u036f\\u20d0-\\u20ff]|^)([\\u0300-\\u036f\\u20d0-\\u20ff]*)", re.DOTALL)
_QUANTITIES = {
    "ŷ": "hat(y)",
    "ȳ": "bar(y)",
    "ỹ": "tilde(y)",
    "ŵ": "hat(w)",
    "ẑ": "hat(z)",
    "ẋ": "dot(x)",
    "ẍ": "ddot(x)",
}
"""Letters that Unicode has with their mark, and that are quantities here rather than letters of a language."""


def _keeps_letter(letter: str) -> bool:
    """Whether a letter belongs to a language, not to a formula (é, ñ, 漢, but neither α nor ℓ), or is marked later."""
    if not letter.isalpha() or letter.isascii() or letter in _SIGNS:
        return letter in _QUANTITIES
    return unicodedata.normalize("NFKC", letter) == letter and not unicodedata.name(letter, "").startswith("GREEK")


def _name_accents(letter: str, marks: str) -> str:
    """Write a letter with an accent as a function of it: `hat(m)`."""
    letter = _QUANTITIES.get(letter, letter)
    for name in (_MARKS[mark] for mark in marks if mark in _MARKS):
        letter = f"{name}({letter})" if letter.strip() else letter
    return letter


def _ascii_character(character: str) -> str:
    return ascii_of(character) or lookalike(character) or escape(character)


class AsciiFormatter(LineFormatter):
    """Formats a tree as one line of ASCII."""

    uses_brackets_for_indices = False

    def format_atom(self, node: Atom) -> str:
        """A symbol by its usual spelling."""
        return "".join(ascii_of(character) or _name_character(character) for character in node.text)

    def format_stack(self, node: Stack) -> str:
        """Write an arrow with its label in it, other stacked parts as scripts."""
        body = self.format(node.body)
        if body in ("->", "=>") and node.above and not node.below:
            return f"-{self.format(node.above)}{body}"
        return body + self.format_scripts(node.above, node.below)

    def format_row(self, items: Sequence[Node], is_tight: bool) -> str:
        """Things side by side; an operator spelled with letters keeps its room in an index too."""
        return super().format_row(items, is_tight and not any(map(self._is_spelled, items)))

    def _is_spelled(self, node: Node) -> bool:
        return isinstance(node, Atom) and node.kind in ("bin", "rel") and self.format_atom(node)[0].isalpha()

    def extra_gap(self, left: str, right: str) -> int:
        """Names of letters must not run together: `2 alpha x`, but `dtheta`."""
        if left[-1:] == ")" and right[:1].isalpha():
            return 1
        if left == "d" or not (left[-1:].isalnum() and right[:1].isalnum()):
            return super().extra_gap(left, right)
        return int(_is_long(left[::-1]) or _is_long(right) or (left[-1].isdigit() and right[0].isdigit()))

    def format_primes(self, count: int) -> str:
        """`count` primes as apostrophes."""
        return "'" * count

    def format_scripts(self, sup: Node | None, sub: Node | None) -> str:
        """Scripts after _ and ^, in braces unless one symbol, number or word."""
        if sup == Atom("∘", "bin") and not sub:
            return " deg"
        below = f"_{add_braces(self.format(sub, is_tight=True), sub)}" if sub else ""
        return below + (f"^{add_braces(self.format(sup, is_tight=True), sup)}" if sup else "")

    def format_root(self, node: Root) -> str:
        """A root as a function, the index first when it is not two."""
        body = self.format(node.body)
        return f"sqrt({body})" if node.index is None else f"root({self.format(node.index)}, {body})"

    def format_accent(self, node: Accent) -> str:
        """A mark as a function of what is under it."""
        return f"{node.mark}({self.format(node.body)})"

    def format_brackets(self, left: str, body: str, right: str) -> str:
        """`body` in brackets; rounding down and up as functions."""
        return super().format_brackets("".join(map(ascii_of, left)), body, "".join(map(ascii_of, right)))

    def join_lines(self, lines: list[str]) -> str:
        """Join equations; one that starts with a sign continues the last."""
        text = ""
        for line in filter(None, lines):
            text += ("" if not text else " " if line[0] in "=<>+-~*" else "; ") + line
        return text


def _name_character(character: str) -> str:
    return "" if unicodedata.combining(character) else f" {unicodedata.name(character, '?').lower()} "


def _is_long(text: str) -> bool:
    return len(text) > 1 and text[0].isalpha() and text[1].isalpha()
