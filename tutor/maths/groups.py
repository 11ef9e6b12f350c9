r"""Finds superfluous braces in formulas: `3 \times {c}` shows 3 × c, whatever `c` was meant to be."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tutor.maths.environments import ENVIRONMENTS
from tutor.maths.source import prepare_source
from tutor.maths.tree import MathError, ParsedNode

_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")
_BRACE_AND_LETTER = re.compile(r"\{\s*[A-Za-z]")


@lru_cache(maxsize=4096)
def bare_names(latex: str) -> tuple[str, ...]:
    """Find the names in braces that are not the argument of a command; () if the formula cannot be read."""
    if not _BRACE_AND_LETTER.search(latex):
        return ()
    from latex2mathml.walker import walk

    try:
        return tuple(_names_in_row(walk(prepare_source(latex))))
    except MathError:
        return ()
    except Exception:  # the parser's own errors are bare classes; `maths.lint` reports what is wrong
        return ()


def _names_in_row(nodes: Sequence[ParsedNode]) -> Iterator[str]:
    """Yield the names in braces among siblings, and in their children."""
    for node in nodes:
        if node.token == "{}":
            name = _spelled_name(node.children or ())
            if name:
                yield name
        yield from _names_in_children(node)


def _names_in_children(node: ParsedNode) -> Iterator[str]:
    """Yield the names in braces below `node`, except in braces around the argument of a command or a script."""
    children: Sequence[ParsedNode] = node.children or ()
    if node.token in ("{}", r"\left") or node.token[1:] in ENVIRONMENTS:  # its children are a row
        yield from _names_in_row(children)
        return
    if node.token in ("_", "^", "_^"):  # scripts need braces, the base does not
        base, children = children[:1], children[1:]
        yield from _names_in_row(base)
    for child in children:
        yield from _names_in_children(child)


def _spelled_name(nodes: Sequence[ParsedNode]) -> str:
    """The name that `nodes` spell together, such as `c`, `beta1` or `x_1`; "" if they do not spell one."""
    text = "".join(_spell(node) for node in nodes)
    return text if _NAME.fullmatch(text) else ""


def _spell(node: ParsedNode) -> str:
    r"""Write letters, digits and indices as they were typed; anything else as `\`, which no name contains."""
    children: Sequence[ParsedNode] = node.children or ()
    if node.token == "_" and len(children) == 2:
        base, subscript = children
        return f"{_spell(base)}_{_spell(subscript)}"
    if node.token == "{}":
        return "".join(_spell(child) for child in children)
    return str(node.token) if not children else "\\"
