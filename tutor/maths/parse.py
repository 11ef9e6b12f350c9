"""Reads LaTeX into the small tree of `tutor.maths.tree`; latex2mathml does the grammar."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from tutor.errors import clip
from tutor.maths import symbols
from tutor.maths.atoms import is_text, make_atom, negate, read_symbol, unknown_command_message
from tutor.maths.brackets import pair_brackets
from tutor.maths.commands import COMMANDS, add_accent, build_text
from tutor.maths.environments import ENVIRONMENTS, build_environment
from tutor.maths.source import MAX_NESTING, prepare_source
from tutor.maths.tree import EMPTY_ROW, Atom, Brace, MathError, Node, ParsedNode, Row, Script, strip_scripts, unwrap

_FAULTS = {
    "NumeratorNotFoundError": "a fraction has nothing above its bar",
    "DenominatorNotFoundError": "a fraction has nothing below its bar",
    "ExtraLeftOrMissingRightError": r"\left and \right do not pair up",
    "MissingSuperScriptOrSubscriptError": "a ^ or _ has nothing after it",
    "DoubleSubscriptsError": "two subscripts on one symbol; group with braces",
    "DoubleSuperscriptsError": "two superscripts on one symbol; group with braces",
    "MissingEndError": r"a \begin has no matching \end",
    "LimitsMustFollowMathOperatorError": r"\limits must follow an operator such as \sum",
}
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_PRIMES = {r"\prime": 1, r"\dprime": 2, r"\trprime": 3, r"\qprime": 4}


@lru_cache(maxsize=1024)
def parse(latex: str) -> Row:
    """Parse a formula.

    Raises:
        MathError: the LaTeX cannot be read, or contains a command that this program cannot draw.
    """
    from latex2mathml.walker import walk

    source = prepare_source(latex)
    try:
        nodes = walk(source)
        _check_depth(nodes)
        return TreeBuilder().read_row(nodes)
    except MathError:
        raise
    except RecursionError:
        raise MathError(f"the formula is nested more than {MAX_NESTING} deep") from None
    except Exception as error:  # the parser's own errors are bare classes, and stray IndexErrors come too
        raise MathError(_explain(type(error).__name__, source)) from None


def _explain(error_name: str, source: str) -> str:
    """Explain an error of the parser by the name of its class; the parser gives no messages."""
    commands = _COMMAND.findall(source)
    ended_too_soon = error_name in ("NoAvailableTokensError", "StopIteration", "IndexError")
    if ended_too_soon and commands:
        return f"{clip(commands[-1], 20)} lacks an argument"
    return _FAULTS.get(error_name, "this is not LaTeX that can be read")


def _check_depth(nodes: Sequence[ParsedNode]) -> None:
    """Refuse a tree that is too deep: one pair of braces gives up to three levels, so the limit is tripled."""
    nodes_of_level = nodes
    for _level in range(3 * MAX_NESTING):
        nodes_of_level = [child for node in nodes_of_level for child in node.children or ()]
        if not nodes_of_level:
            return
    raise MathError(f"the formula is nested more than {MAX_NESTING} deep")


class TreeBuilder(NamedTuple):
    """Turns nodes of the parser into our tree, in the font that surrounds them."""

    font: str = ""

    def read_row(self, nodes: Sequence[ParsedNode]) -> Row:
        """Turn siblings into a row, in which negations, upright names or numbers, and brackets are joined."""
        items: list[Node] = []
        remaining = iter(nodes)
        for node in remaining:
            if node.token == r"\not":
                negated = next(remaining, None)
                items.append(negate(None if negated is None else self.read_node(negated)))
            elif node.token in ("}", "&", r"\\", r"\cr"):
                raise MathError(_describe_misplaced_token(node.token))
            elif node.token not in symbols.IGNORED_COMMANDS:
                item = self.read_node(node)
                if isinstance(item, Row) and _sets_only_font_or_colour(node):
                    items += item.items
                else:
                    items.append(item)
        joined = _join_adjacent(items, _is_word if self.font == "rm" else _is_digits)
        return Row(pair_brackets(joined))

    def read_node(self, node: ParsedNode) -> Node:
        """Turn one node of the parser, whatever it is, into a node of our tree."""
        token: str = node.token
        name = token[1:]
        if token == "{}":
            return self._read_group(node)
        if token in ("_", "^", "_^"):
            return self._read_script(node)
        if token in COMMANDS:
            build = COMMANDS[token]
            return build(self, node)
        if name in ENVIRONMENTS:
            return build_environment(self, node)
        if is_text(token):
            return build_text(node, parse)
        if node.children is None:
            return read_symbol(token, self.font)
        if name in symbols.FONTS:
            (argument,) = self.require_arguments(node, 1)
            return TreeBuilder(symbols.FONTS[name]).read_argument(argument)
        if name in symbols.ACCENTS:
            (argument,) = self.require_arguments(node, 1)
            return add_accent(self.read_argument(argument), name)
        raise MathError(unknown_command_message(token, [*COMMANDS, *(f"\\{name}" for name in ENVIRONMENTS)]))

    def require_arguments(self, node: ParsedNode, count: int) -> Sequence[ParsedNode]:
        """Return the children of a command, after checking that there are `count`.

        Raises:
            MathError: more or fewer.
        """
        children: Sequence[ParsedNode] = node.children or ()
        if len(children) != count or any(child.token == "}" for child in children):
            if node.token in ("_", "^", "_^"):
                raise MathError("a ^ or _ has nothing after it")
            raise MathError(f"{node.token} lacks an argument")
        return children

    def read_argument(self, node: ParsedNode) -> Node:
        """Turn an argument into a node: the content of its braces, without a row around a single item."""
        nodes = node.children if node.token == "{}" else [node]
        return unwrap(self.read_row(nodes))

    def _read_group(self, node: ParsedNode) -> Node:
        """Read braces among siblings; a lone sign in braces is spaced like a letter, such as the comma in 49{,}152."""
        inner = self.read_argument(node)
        if isinstance(inner, Atom) and inner.kind in ("bin", "rel", "punct"):
            return Atom(inner.text, "ord")
        return inner

    def _read_script(self, node: ParsedNode) -> Node:
        """Read a base with its scripts and primes; the first script of a horizontal brace becomes the brace's label."""
        parsed_base, *parsed_scripts = self.require_arguments(node, 3 if node.token == "_^" else 2)
        base = EMPTY_ROW if parsed_base.token == "" else self.read_node(parsed_base)  # as in a lone _i
        sub, primes, sup = None, 0, None
        if node.token in ("_", "_^"):
            sub = self.read_argument(parsed_scripts[0])
        if node.token in ("^", "_^"):
            primes, sup = self._split_primes(parsed_scripts[-1])
        if isinstance(base, Brace) and base.label is None and (sub is None or sup is None):
            return Brace(base.body, sub or sup, base.is_over)
        limits = node.modifier == r"\limits" or (node.modifier is None and _has_limits(parsed_base, base))
        return Script(base, sub, sup, primes, limits)

    def _split_primes(self, node: ParsedNode) -> tuple[int, Node | None]:
        """Split a superscript into the number of primes at its start and the rest, `None` if there is no rest."""
        children = list(node.children if node.token == "{}" else [node])
        prime_count = 0
        while children:
            first = children[0]
            primes = int(first.text) if first.token == "multiprimes" else _PRIMES.get(first.token, 0)
            if not primes:
                return prime_count, unwrap(self.read_row(children))
            prime_count += primes
            children.pop(0)
        return prime_count, None if prime_count else EMPTY_ROW  # x^{} has an empty superscript


def _sets_only_font_or_colour(node: ParsedNode) -> bool:
    """Whether a command only sets a font or a colour, so that its contents are part of the row around it."""
    return node.token[1:] in symbols.FONTS or node.token == r"\color"


def _describe_misplaced_token(token: str) -> str:
    """Describe what is wrong at a `token` that ends a group, a cell or a line where there is none to end."""
    if token == "}":
        return "a command, a ^ or a _ has nothing after it"
    return rf"{token} belongs inside an environment such as \begin{{aligned}}"


def _has_limits(node: ParsedNode, base: Node) -> bool:
    r"""Whether the scripts of a base, parsed as `node`, go below and above it in a display even without `\limits`."""
    token: str = node.token
    if token[1:] in symbols.LIMIT_NAMES or token == r"\mathop" or token.startswith(r"\operatorname*"):
        return True
    bare_base = strip_scripts(base)
    return isinstance(bare_base, Atom) and bare_base.text in symbols.LIMIT_SYMBOLS


def _join_adjacent(items: list[Node], is_part: Callable[[Atom], bool]) -> list[Node]:
    """Join neighbouring atoms for all of which `is_part` is true: letters to a name, or digits to a number."""
    joined: list[Node] = []
    for item in items:
        last = joined[-1] if joined else None
        if isinstance(item, Atom) and isinstance(last, Atom) and is_part(item) and is_part(last):
            joined[-1] = make_atom(last.text + item.text)
        else:
            joined.append(item)
    return joined


def _is_digits(atom: Atom) -> bool:
    """Whether an atom is a part of a number: digits, or a comma that is spaced like a letter, as in 49{,}152."""
    # The comma is replaced by a digit and not removed: it may be the whole text of its atom.
    return atom.kind == "ord" and atom.text.replace(".", "").replace(",", "0").isdecimal()


def _is_word(atom: Atom) -> bool:
    """Whether an atom is a part of an upright name: letters or digits."""
    return atom.kind in ("ord", "name") and atom.text.isalnum()
