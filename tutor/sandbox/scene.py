"""Describes where a learner's code raised: the line, the expression, and the values in it."""

import ast
import operator
import types
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np

MAX_LINE = 500
"""Characters of a line that are sent."""
MAX_TEXT = 80
"""Characters of an expression that are sent."""
MAX_NAMES = 8
"""Names of one line whose values are described."""
MAX_KNOWN = 100
"""Names that are sent where one was not known."""
MAX_SIZE = 1_000_000
"""Numbers in an array above which nothing is computed again to learn its shape."""
_PLAIN_FUNCTIONS = frozenset(
    ("array", "asarray", "ones", "zeros", "eye", "transpose", "sum", "mean", "reshape", "ones_like", "zeros_like")
)
"""Functions of NumPy, and methods of arrays, that are called again to learn the shape of what they returned."""
_PLAIN_METHODS = frozenset(("sum", "mean", "reshape", "transpose", "copy", "ravel", "flatten", "max", "min"))
_ATTRIBUTES = frozenset(("T", "shape", "size", "ndim"))


_COMPOUND = (ast.Attribute, ast.Subscript, ast.Call, ast.BinOp)
"""Operands that are described beside the names in them."""


class _UnknownValueError(Exception):
    """An expression whose value is not recomputed."""


def describe_scene(source: str, frame: types.FrameType, instruction: int, line: int) -> dict[str, Any]:
    """The line, the expression that failed, its operands, and the values of the names on the line.

    Operands whose value is not known are `None`. Nothing of the learner's own is called again.
    """
    scene: dict[str, Any] = {"code": line_of(source, line)}
    tree: ast.AST = ast.parse(source)
    for block in ast.walk(tree):  # the outermost part with the line: a learner's file may be long
        if block is not tree and getattr(block, "lineno", line + 1) <= line <= getattr(block, "end_lineno", 0):
            tree = block
            break
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    node = _failing_node(tree, frame.f_code, instruction)
    if node is None:
        return scene
    names = {**frame.f_globals, **frame.f_locals}
    operands = [item for item in _find_operands(node, parents) if not _is_module(item, names)]
    first, last = getattr(node, "lineno", line), getattr(node, "end_lineno", line)
    if isinstance(node, ast.stmt):
        last = max((item.end_lineno or line for item in operands), default=line)
    on_line = (item for item in ast.walk(tree) if isinstance(item, ast.Name) and first <= item.lineno <= last)
    shown: list[ast.expr] = sorted(on_line, key=lambda item: (item.lineno, item.col_offset))
    shown += [
        item for item in operands if isinstance(item, _COMPOUND) and any(map(_make_data_test(names), ast.walk(item)))
    ]
    described = {
        text: item for text, item in (_describe_value(each, source, names) for each in shown) if item is not None
    }
    return {
        **scene,
        "known": [name[:MAX_TEXT] for name in names if name[:1] != "_"][:MAX_KNOWN]
        if isinstance(node, ast.Name)
        else [],
        "kind": type(node).__name__ if not isinstance(node, ast.BinOp) else type(node.op).__name__,
        "expression": _source_text(_shown_node(node, operands), source),
        "operands": [_describe_value(each, source, names)[1] for each in operands],
        "texts": [_source_text(each, source) for each in operands],
        "values": [item for item in described.values() if item["type"] not in {"function", "module", "type"}][
            :MAX_NAMES
        ],
    }


def line_of(source: str, number: int) -> str:
    """The text of a line, counted from 1, as far as it is sent."""
    lines = source.split("\n", number)
    return lines[number - 1].rstrip("\r")[:MAX_LINE] if 0 < number <= len(lines) else ""


def _shown_node(node: ast.AST, operands: list[ast.expr]) -> ast.AST:
    """The expression by which a failing node is shown: the condition of an `if`, not its whole block."""
    is_block = isinstance(node, ast.stmt) and not isinstance(node, ast.AugAssign)
    return operands[0] if is_block and operands else node


def _is_module(node: ast.expr, names: dict[str, Any]) -> bool:
    """Whether an expression is a module, or a part of one: `np`, `np.linalg`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and isinstance(names.get(node.id), types.ModuleType)


def _make_data_test(names: dict[str, Any]) -> Callable[[ast.AST], bool]:
    """A test for names whose values are data."""
    return lambda item: isinstance(item, ast.Name) and not isinstance(names.get(item.id), types.ModuleType)


def _failing_node(tree: ast.AST, code: types.CodeType, instruction: int) -> ast.AST | None:
    """Find the smallest syntax node at the position of the failing instruction."""
    place = next(islice(code.co_positions(), instruction // 2, None), (None,) * 4)
    found = None
    for node in ast.walk(tree):
        where = tuple(getattr(node, name, None) for name in ("lineno", "end_lineno", "col_offset", "end_col_offset"))
        if where == place and where[0] is not None:
            found = node
    return found


def _find_operands(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.expr]:
    """Yield the parts of an expression whose values it combines; for a statement, those in its head."""
    assigned = _assigned_value(node, parents)
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            if isinstance(function, ast.Attribute):
                yield function.value
            for item in arguments:
                yield from item.elts if isinstance(item, (ast.List, ast.Tuple)) else (item,)
            yield from (item.value for item in keywords)
        case ast.Subscript(value=value, slice=index):
            yield value
            yield from index.elts if isinstance(index, ast.Tuple) else (index,)
            yield from assigned
        case ast.Tuple() | ast.List() if assigned:
            yield from assigned
        case _:
            yield from _parts_by_table(node)


_PARTS: tuple[tuple[tuple[type[ast.AST], ...], tuple[str, ...]], ...] = (
    ((ast.BinOp,), ("left", "right")),
    ((ast.AugAssign,), ("target", "value")),
    ((ast.Compare,), ("left", "comparators")),
    ((ast.BoolOp,), ("values",)),
    ((ast.UnaryOp,), ("operand",)),
    ((ast.Attribute,), ("value",)),
    ((ast.If, ast.While, ast.Assert, ast.IfExp), ("test",)),
    ((ast.For,), ("iter",)),
)
"""Where the parts of an expression, or of a statement's head, are."""


def _parts_by_table(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the parts that the table names; any other expression is its own only part."""
    names = next((names for kinds, names in _PARTS if isinstance(node, kinds)), ())
    for name in names:
        part = getattr(node, name)
        yield from part if isinstance(part, list) else (part,)
    if not names and isinstance(node, ast.expr):
        yield node


def _assigned_value(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> tuple[ast.expr, ...]:
    """What is assigned to an expression on the left side of an assignment."""
    parent = parents.get(node)
    return (parent.value,) if isinstance(parent, (ast.Assign, ast.AugAssign)) and parent.value is not node else ()


def _source_text(node: ast.AST, source: str) -> str:
    """The source of a node on one line, cut if long."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    if first == last:  # most are: the whole file need not be split into lines
        line = line_of(source, first).encode()
        found = line[getattr(node, "col_offset", 0) : getattr(node, "end_col_offset", 0)].decode(errors="replace")
    else:
        found = ast.get_source_segment(source, node) or ""
    text = " ".join(found.split())
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _describe_value(node: ast.expr, source: str, names: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """Return an expression's text, and a description of its value if known."""
    text = _source_text(node, source)
    try:
        value = _evaluate(node, names)
    except Exception:  # whatever a second look at the learner's values raises, it must not hide what was raised first
        return text, None
    described: dict[str, Any] = {"text": text, "type": type(value).__name__[:MAX_TEXT]}
    if isinstance(value, (np.ndarray, np.generic)):
        described |= {"shape": list(np.shape(value)), "numbers": np.asarray(value).dtype.kind}
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc" and value.size <= MAX_SIZE:
        described["finite"] = bool(np.isfinite(value).all())
    if type(value) in {list, tuple, dict, str}:
        described["length"] = len(value)
    if type(value) in {bool, int, float, str} or isinstance(value, np.generic):
        described["value"] = str(value)[:MAX_TEXT]
    return text, described


def _evaluate(node: ast.AST, names: dict[str, Any]) -> Any:
    """Evaluate an expression made of names, numbers and NumPy's plain functions.

    Raises:
        _UnknownValueError: it has something else in it.
        Exception: whatever Python raises.
    """
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number_or_array(_evaluate(operand, names))
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return ~_number_or_array(_evaluate(operand, names))
        case ast.Compare(left=left, ops=[operation], comparators=[right]) if type(operation) in _COMPARISONS:
            one, other = (_number_or_array(_evaluate(item, names)) for item in (left, right))
            return _COMPARISONS[type(operation)](one, other)
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(None if item is None else _evaluate(item, names) for item in (lower, upper, step)))
        case ast.Tuple(elts=items):
            return tuple(_evaluate(item, names) for item in items)
        case ast.List(elts=items):
            return [_evaluate(item, names) for item in items]
        case ast.Attribute(value=value, attr=name) if name in _ATTRIBUTES:
            return getattr(_number_or_array(_evaluate(value, names)), name)
        case ast.Subscript(value=value, slice=index):
            return _look_up(_evaluate(value, names), _evaluate(index, names))
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            one, other = (_number_or_array(_evaluate(item, names)) for item in (left, right))
            return _OPERATIONS[type(operation)](one, other)
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments, keywords=keywords):
            function = _plain_function(_evaluate(owner, names), name)
            given = {item.arg or "": _evaluate(item.value, names) for item in keywords}
            return function(*(_evaluate(item, names) for item in arguments), **given)
    raise _UnknownValueError


_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.MatMult: operator.matmul,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _number_or_array(value: Any) -> Any:
    if type(value) in {int, float, bool} or isinstance(value, np.generic):
        return value
    if type(value) is np.ndarray and value.size <= MAX_SIZE:
        return value
    raise _UnknownValueError


def _look_up(value: Any, index: Any) -> Any:
    if type(value) in {list, tuple, dict, np.ndarray}:
        return value[index]
    raise _UnknownValueError


def _plain_function(owner: Any, name: str) -> Any:
    if owner is np and (name in _PLAIN_FUNCTIONS or isinstance(getattr(np, name, None), np.ufunc)):
        return getattr(np, name)
    if type(owner) is np.ndarray and owner.size <= MAX_SIZE and name in _PLAIN_METHODS:
        return getattr(owner, name)
    raise _UnknownValueError
