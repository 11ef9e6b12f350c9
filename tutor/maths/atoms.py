"""Single symbols: from a token of LaTeX to what is drawn and how it is spaced."""

import re
import unicodedata

from tutor.errors import clip
from tutor.maths import symbols
from tutor.maths.tree import Atom, MathError, Node, Row, Space

_NUMBER_WITH_UNIT = re.compile(r"(-?)(\d+(?:\.\d+)?)\s*([a-z]{2})")
_TEXT = re.compile(r"\\(?:text(?:bf|it|md|normal|rm|sf|tt|up)?|mbox|hbox)")
_COMMON_COMMANDS = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi
    omega partial nabla cdot times infty approx leq geq rightarrow leftarrow ldots frac sqrt left right text
    odot otimes oplus langle rangle lfloor rfloor forall exists subseteq ell equiv propto prod sum int
"""


def is_text(token: str) -> bool:
    r"""Whether `token` is a command that sets words, such as `\text`."""
    return _TEXT.fullmatch(token) is not None


def make_atom(text: str) -> Atom:
    """Make the atom of upright text: a name if it is a word of several letters, otherwise a symbol or a number."""
    is_name = len(text) > 1 and not text[0].isdecimal()
    return Atom(text, "name" if is_name else symbols.spacing_kind(text))


def read_symbol(token: str, font: str) -> Node:
    """Make the node for a token without arguments.

    Raises:
        MathError: it is a command that is not known.
    """
    if token in symbols.SYMBOL_COMMANDS:
        return Atom(*symbols.SYMBOL_COMMANDS[token])
    if token in symbols.SPACES:
        return Space(symbols.SPACES[token])
    if token.startswith("&#x"):  # the code of a letter in a font: ℝ of \mathbb{R} stays, 𝑅 of \mathit{R} becomes R
        code = token.removeprefix("&#x").removesuffix(";")
        return Atom(symbols.strip_style(chr(int(code, 16))), "ord")
    if token.startswith("\\"):
        return _read_command(token, font)
    number_with_unit = _NUMBER_WITH_UNIT.fullmatch(token)
    if number_with_unit:
        # The parser takes 2in for two inches; in a formula it is a product.
        sign, number, letters = number_with_unit.groups()
        factors = (*sign, number, *letters)
        return Row(tuple(read_character(factor, font) for factor in factors))
    return read_character(token, font)


def _read_command(token: str, font: str) -> Node:
    """Make the node of a command without arguments: a name, an operator or a symbol."""
    from latex2mathml.symbols_parser import convert_symbol

    name = token[1:]
    if name in symbols.FUNCTION_NAMES:
        return Atom(name, "name")
    if name in symbols.LIMIT_NAMES:
        return Atom(symbols.LIMIT_NAMES[name], "name")
    if name.startswith("operatorname"):
        operator = name.partition("{")[2].rstrip("}")
        if not operator:
            raise MathError(f"{token} lacks its name")
        return Atom(operator, "name")
    code = convert_symbol(token)
    if code is None:
        raise MathError(unknown_command_message(token, ()))
    return read_character(chr(int(code, 16)), font)


def read_character(text: str, font: str = "") -> Atom:
    """Make the atom of a number or a single character, in the letters of `font`, such as bold or script."""
    text = {"-": "−", "'": "′"}.get(text, text)
    if not all(character.isprintable() or unicodedata.combining(character) for character in text):
        raise MathError("the formula holds a character that cannot be shown")
    kind = symbols.spacing_kind(text)
    if font and font != "rm" and kind == "ord":  # rm is upright, as characters are anyway
        text = "".join(symbols.apply_font(character, font) for character in text)
    return Atom(text, kind)


def negate(node: Node | None) -> Atom:
    """Strike a relation through: ≠ for =."""
    if isinstance(node, Atom) and len(node.text) == 1:
        return Atom(unicodedata.normalize("NFC", node.text + "\u0338"), node.kind)
    raise MathError(r"\not must stand before one symbol")


def read_delimiter(token: str) -> str:
    r"""Return the bracket that `token` names after \left or \right; a full stop means none."""
    if token in (".", r"\relax"):
        return ""
    symbol = read_symbol({"<": r"\langle", ">": r"\rangle"}.get(token, token), "")
    if isinstance(symbol, Atom) and len(symbol.text) == 1 and not symbol.text.isalnum():
        return symbol.text
    raise MathError(f"{clip(token, 20)} is not a bracket for \\left or \\right")


def unknown_command_message(token: str, more_commands: list[str] | tuple[str, ...]) -> str:
    """Make the message about a command that cannot be drawn; it suggests the nearest one of all that can be.

    `more_commands` are those with arguments, which this module does not know.
    """
    from difflib import get_close_matches

    names = [*_COMMON_COMMANDS.split(), *symbols.FUNCTION_NAMES, *symbols.LIMIT_NAMES, *symbols.ACCENTS, *symbols.FONTS]
    known = [*(f"\\{name}" for name in names), *symbols.SYMBOL_COMMANDS, *more_commands]
    suggestions = get_close_matches(token[:40], known, n=1, cutoff=0.75)  # cut: comparing a long one is slow
    advice = f"; did you mean {suggestions[0]}?" if suggestions else ""
    return f"unknown command {clip(token, 30)}{advice}"
