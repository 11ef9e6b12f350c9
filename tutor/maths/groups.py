r"""Finds superfluous braces in formulas: `3 \times {c}` shows 3 × c, whatever `c` was meant to be."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from tutor.maths.environments import ENVIRONMENTS
from tutor.maths.source import prepare_source
from tutor.maths.tree import MathError

_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")
_LETTERS = re.compile(r"\{\s*[A-Za-z]")


@lru_cache(maxsize=4096)
def bare_names(latex: str) -> tuple[str, ...]:
    """List the words in braces of their own, in order; none if the formula cannot be read."""
    if not _LETTERS.search(latex):
        return ()
    from latex2mathml.walker import walk

    try:
        return tuple(_words_in_row(walk(prepare_source(latex))))
    except MathError:
        return ()
    except Exception:  # the parser's own errors are bare classes; what is wrong is said by the lint
        return ()


def _words_in_row(nodes: Sequence[Any]) -> Iterator[str]:
    """The words in braces among siblings, and in what these hold."""
    for node in nodes:
        if node.token == "{}":
            word = _spelt_word(node.children or ())
            if word:
                yield word
        yield from _words_in_children(node)


def _words_in_children(node: Any) -> Iterator[str]:
    """The words in braces below `node`; braces that a command asks for are none."""
    children: Sequence[Any] = node.children or ()
    if node.token in ("_", "^", "_^"):
        yield from _words_in_row(children[:1])
        children = children[1:]
    elif node.token in ("{}", r"\left") or node.token[1:] in ENVIRONMENTS:
        yield from _words_in_row(children)
        return
    for child in children:
        yield from _words_in_children(child)


def _spelt_word(nodes: Sequence[Any]) -> str:
    """The name that nodes spell, such as `c`, `beta1` or `x_1`; empty if they do not spell one."""
    spelt = "".join(map(_spell, nodes))
    return spelt if _NAME.fullmatch(spelt) else ""


def _spell(node: Any) -> str:
    children: Sequence[Any] = node.children or ()
    if node.token == "_" and len(children) == 2:
        return f"{_spell(children[0])}_{_spell(children[1])}"
    if node.token == "{}":
        return "".join(map(_spell, children))
    return str(node.token) if not children else "\\"
