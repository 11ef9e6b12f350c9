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
MAX_KNOWN_NAMES = 100
"""The most known names that are sent when a name was not found."""
MAX_ARRAY_SIZE = 1_000_000
"""Expressions with arrays of more numbers than this are not evaluated again to learn the shape of the result."""
_SAFE_FUNCTIONS = frozenset(
    ("array", "asarray", "ones", "zeros", "eye", "transpose", "sum", "mean", "reshape", "ones_like", "zeros_like")
)
"""Functions of NumPy that can be called again, without side effects, to learn the shape of what they returned."""
_SAFE_METHODS = frozenset(("sum", "mean", "reshape", "transpose", "copy", "ravel", "flatten", "max", "min"))
"""Methods of arrays that can be called again, for the same reason."""
_SAFE_ATTRIBUTES = frozenset(("T", "shape", "size", "ndim"))
"""Attributes of arrays that can be looked up again."""
_COMPOUND = (ast.Attribute, ast.Subscript, ast.Call, ast.BinOp)
"""Kinds of operands that are described in addition to the names in them."""


class _UnknownValueError(Exception):
    """An expression whose value is not recomputed."""


def describe_scene(source: str, frame: types.FrameType, instruction_offset: int, line: int) -> dict[str, Any]:
    """The line, the expression that failed, its operands, and the values of the names on the line.

    Operands whose value is not known are `None`. Nothing of the learner's own is called again.

    Args:
        source: the learner's file.
        frame: the call in which it raised.
        instruction_offset: where the failing instruction begins in the frame's bytecode, in bytes.
        line: the line of the file, counted from 1.
    """
    scene: dict[str, Any] = {"code": line_of(source, line)}
    tree = _outermost_statement(ast.parse(source), line)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    failing = _failing_node(tree, frame.f_code, instruction_offset)
    if failing is None:
        return scene
    names = {**frame.f_globals, **frame.f_locals}
    operands = [node for node in _find_operands(failing, parents) if not _is_module(node, names)]
    known_names = []
    if isinstance(failing, ast.Name):  # which may be misspelt
        known_names = [name[:MAX_TEXT] for name in names if not name.startswith("_")][:MAX_KNOWN_NAMES]
    kind = failing.op if isinstance(failing, ast.BinOp) else failing  # `MatMult` says more than `BinOp`
    return {
        **scene,
        "known": known_names,
        "kind": type(kind).__name__,
        "expression": _source_text(_node_to_show(failing, operands), source),
        "operands": [_describe_value(node, source, names) for node in operands],
        "texts": [_source_text(node, source) for node in operands],
        "values": _describe_values(_nodes_with_values(tree, failing, operands, names, line), source, names),
    }


def _outermost_statement(tree: ast.AST, line: int) -> ast.AST:
    """The outermost statement that contains the line, so that less is searched; the whole tree if none does."""
    for node in ast.walk(tree):  # from the outside in
        first_line, last_line = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
        if first_line is None or last_line is None:  # the module itself
            continue
        if first_line <= line <= last_line:
            return node
    return tree


def _nodes_with_values(
    tree: ast.AST, failing: ast.AST, operands: list[ast.expr], names: dict[str, Any], line: int
) -> list[ast.expr]:
    """The nodes whose values are shown: the names on the failing lines, in order, then the operands that are more.

    An operand that is more than a name, such as `W.T @ x`, is shown if it has data in it.
    """
    first_line, last_line = getattr(failing, "lineno", line), getattr(failing, "end_lineno", line)
    if isinstance(failing, ast.stmt):  # only the head of a loop or condition
        last_line = max((operand.end_lineno or line for operand in operands), default=line)
    nodes: list[ast.expr] = [
        node for node in ast.walk(tree) if isinstance(node, ast.Name) and first_line <= node.lineno <= last_line
    ]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    for operand in operands:
        has_data = any(_is_data_name(node, names) for node in ast.walk(operand))
        if isinstance(operand, _COMPOUND) and has_data:
            nodes.append(operand)
    return nodes


def _describe_values(nodes: list[ast.expr], source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """The descriptions of those `nodes` whose values are known and data; equal source texts appear once."""
    descriptions = {}
    for node in nodes:
        description = _describe_value(node, source, names)
        if description is not None and description["type"] not in {"function", "module", "type"}:
            descriptions[description["text"]] = description
    return list(descriptions.values())[:MAX_NAMES]


def line_of(source: str, number: int) -> str:
    """The text of a line, counted from 1, as far as it is sent; "" if there is no such line."""
    lines = source.split("\n", number)
    return lines[number - 1].rstrip("\r")[:MAX_LINE] if 0 < number <= len(lines) else ""


def _node_to_show(failing: ast.AST, operands: list[ast.expr]) -> ast.AST:
    """The expression by which a failing node is shown: the condition of an `if`, not its whole block."""
    is_block = isinstance(failing, ast.stmt) and not isinstance(failing, ast.AugAssign)
    return operands[0] if is_block and operands else failing


def _is_module(node: ast.expr, names: dict[str, Any]) -> bool:
    """Whether an expression is a module, or a part of one: `np`, `np.linalg`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and isinstance(names.get(node.id), types.ModuleType)


def _is_data_name(node: ast.AST, names: dict[str, Any]) -> bool:
    """Whether a node is a name whose value is no module."""
    return isinstance(node, ast.Name) and not isinstance(names.get(node.id), types.ModuleType)


def _failing_node(tree: ast.AST, code: types.CodeType, instruction_offset: int) -> ast.AST | None:
    """The smallest syntax node at the position of the failing instruction; `None` if there is none in `tree`.

    A position is (first line, last line, first column, last column), each `None` if unknown.
    """
    index = instruction_offset // 2  # an instruction takes two bytes
    unknown_position = (None, None, None, None)
    position = next(islice(code.co_positions(), index, None), unknown_position)
    if position[0] is None:
        return None
    failing = None
    for node in ast.walk(tree):  # from the outside in: the last one is the smallest
        edges = ("lineno", "end_lineno", "col_offset", "end_col_offset")
        if tuple(getattr(node, edge, None) for edge in edges) == position:
            failing = node
    return failing


def _find_operands(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.expr]:
    """Yield the parts of an expression whose values it combines; for a statement, those in its head."""
    assigned_values = _assigned_values(node, parents)
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            if isinstance(function, ast.Attribute):
                yield function.value
            for argument in arguments:
                yield from argument.elts if isinstance(argument, (ast.List, ast.Tuple)) else (argument,)
            yield from (keyword.value for keyword in keywords)
        case ast.Subscript(value=value, slice=index):
            yield value
            yield from index.elts if isinstance(index, ast.Tuple) else (index,)
            yield from assigned_values
        case ast.Tuple() | ast.List() if assigned_values:
            yield from assigned_values
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
"""Types of nodes, and the attributes that hold the parts of such an expression, or of such a statement's head."""


def _parts_by_table(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the parts that the table names; any other expression is its own only part."""
    for node_types, attributes in _PARTS:
        if isinstance(node, node_types):
            for attribute in attributes:
                part = getattr(node, attribute)
                yield from part if isinstance(part, list) else (part,)
            return
    if isinstance(node, ast.expr):
        yield node


def _assigned_values(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> tuple[ast.expr, ...]:
    """The value that is assigned to `node`, if it is the left side of an assignment; otherwise nothing."""
    parent = parents.get(node)
    if isinstance(parent, (ast.Assign, ast.AugAssign)) and parent.value is not node:
        return (parent.value,)
    return ()


def _source_text(node: ast.AST, source: str) -> str:
    """The source of a node on one line, cut if long."""
    first_line, last_line = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    if first_line == last_line:  # most are: the whole file need not be split into lines
        line = line_of(source, first_line).encode()  # offsets count bytes of UTF-8
        segment = line[getattr(node, "col_offset", 0) : getattr(node, "end_col_offset", 0)].decode(errors="replace")
    else:
        segment = ast.get_source_segment(source, node) or ""
    text = " ".join(segment.split())
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _describe_value(node: ast.expr, source: str, names: dict[str, Any]) -> dict[str, Any] | None:
    """An expression's text with a description of its value; `None` if the value is not known."""
    try:
        value = _evaluate(node, names)
    except Exception:  # an error in looking at the values again must not hide the learner's own error
        return None
    description: dict[str, Any] = {"text": _source_text(node, source), "type": type(value).__name__[:MAX_TEXT]}
    if isinstance(value, (np.ndarray, np.generic)):
        description |= {"shape": list(np.shape(value)), "numbers": np.asarray(value).dtype.kind}
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc" and value.size <= MAX_ARRAY_SIZE:
        description["finite"] = bool(np.isfinite(value).all())
    if type(value) in {list, tuple, dict, str}:
        description["length"] = len(value)
    if type(value) in {bool, int, float, str} or isinstance(value, np.generic):
        description["value"] = str(value)[:MAX_TEXT]
    return description


def _evaluate(node: ast.AST, names: dict[str, Any]) -> Any:
    """Evaluate an expression made of names, numbers and NumPy's safe functions; nothing of the learner's is called.

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
            compare = _COMPARISONS[type(operation)]
            return compare(_number_or_array(_evaluate(left, names)), _number_or_array(_evaluate(right, names)))
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(None if bound is None else _evaluate(bound, names) for bound in (lower, upper, step)))
        case ast.Tuple(elts=items):
            return tuple(_evaluate(item, names) for item in items)
        case ast.List(elts=items):
            return [_evaluate(item, names) for item in items]
        case ast.Attribute(value=value, attr=name) if name in _SAFE_ATTRIBUTES:
            return getattr(_number_or_array(_evaluate(value, names)), name)
        case ast.Subscript(value=value, slice=index):
            return _look_up(_evaluate(value, names), _evaluate(index, names))
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            operate = _OPERATIONS[type(operation)]
            return operate(_number_or_array(_evaluate(left, names)), _number_or_array(_evaluate(right, names)))
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments, keywords=keywords):
            function = _safe_function(_evaluate(owner, names), name)
            # `**options` has no name in the tree; "" makes the call raise, so that the value counts as unknown.
            keyword_values = {keyword.arg or "": _evaluate(keyword.value, names) for keyword in keywords}
            return function(*(_evaluate(argument, names) for argument in arguments), **keyword_values)
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
    """`value`, if it is a plain number or an array of moderate size: operators of other types could be anything.

    Raises:
        _UnknownValueError: it is something else.
    """
    if type(value) in {int, float, bool} or isinstance(value, np.generic):
        return value
    if type(value) is np.ndarray and value.size <= MAX_ARRAY_SIZE:
        return value
    raise _UnknownValueError


def _look_up(value: Any, index: Any) -> Any:
    """`value[index]` of Python's own containers and NumPy's arrays.

    Raises:
        _UnknownValueError: `value` is something else.
    """
    if type(value) in {list, tuple, dict, np.ndarray}:
        return value[index]
    raise _UnknownValueError


def _safe_function(owner: Any, name: str) -> Any:
    """`owner.name`, if that is a function of NumPy, or a method of an array, that only computes.

    Raises:
        _UnknownValueError: it is something else.
    """
    if owner is np and (name in _SAFE_FUNCTIONS or isinstance(getattr(np, name, None), np.ufunc)):
        return getattr(np, name)
    if type(owner) is np.ndarray and owner.size <= MAX_ARRAY_SIZE and name in _SAFE_METHODS:
        return getattr(owner, name)
    raise _UnknownValueError
