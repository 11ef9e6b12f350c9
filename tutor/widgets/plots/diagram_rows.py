"""The rows of a diagram's boxes and arrows: what is written in them, and the formulas that are added where they fit."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from tutor.sims.engine.chart import Diagram, Link, Node

Part = TypeVar("Part", Node, Link)
UNKNOWN_VALUE = "·"
"""Stands for a value that is not known yet."""


def row_words(name: str, text: str) -> str:
    """A name with its value, or with a dot if the value is not known yet; a formula has no name."""
    return f"{name} {text or UNKNOWN_VALUE}" if name else text


def settable_keys_of(box_or_arrow: Node | Link) -> Sequence[str]:
    """For each row of a box or an arrow, the key of the quantity that a learner can set by it; "" if there is none."""
    return box_or_arrow.keys or ("",) * len(box_or_arrow.rows)


def with_formulas(diagram: Diagram, *, is_spaced: bool) -> Diagram:
    """The diagram with the formula of each value in a row below it; spaced, with a blank row between two values.

    Such a row has no name, and a blank one no text either. A diagram without formulas stays as it is.
    """
    formulas = [node.formulas for column in diagram.columns for node in column]
    if not any([*formulas, *(link.formulas for link in diagram.links)]):
        return diagram
    columns = tuple(tuple(_write_formulas(node, is_spaced=is_spaced) for node in column) for column in diagram.columns)
    links = tuple(_write_formulas(link, is_spaced=False) for link in diagram.links)
    return replace(diagram, columns=columns, links=links)


def _write_formulas(part: Part, *, is_spaced: bool) -> Part:
    """A box or an arrow with the formula of each row in a row below it."""
    formulas = part.formulas or ("",) * len(part.rows)
    rows_and_keys: list[tuple[tuple[str, str], str]] = []
    for row, key, formula in zip(part.rows, settable_keys_of(part), formulas, strict=True):
        if is_spaced and rows_and_keys:
            rows_and_keys.append((("", ""), ""))
        rows_and_keys.append((row, key))
        if formula:
            rows_and_keys.append((("", f"= {formula}"), ""))
    rows = tuple(row for row, _ in rows_and_keys)
    return replace(part, rows=rows, keys=tuple(key for _, key in rows_and_keys), formulas=())
