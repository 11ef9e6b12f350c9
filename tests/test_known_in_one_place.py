"""Kinds of question, simulations and SQL are each known in one place."""

import ast
import re

import pytest

from tests.source import MODULES, NAMES, ROOT, module_name
from tutor.questions.kinds.table import KIND_TABLE
from tutor.sims.table import SIMULATIONS

OPENS_THE_PLAYGROUND = {"tutor.screens.base", "tutor.screens.course.welcome"}
"""A key of every screen opens it; the welcome screen shows it at work."""
ORDINARY_WORDS = {"digits", "penalty"}
"""Names of simulations that other modules use as words of their own: the digits of a number, the penalty of a try."""
OTHER_KINDS = (
    "tutor.questions.kinds.",
    "tutor.sims.",
    "tutor.expressions.",
    "tutor.maths.",
    "tutor.widgets.simulator.",
)
"""Where a kind is that of a parameter, a token or an atom; and the kinds themselves."""


def kinds_told_apart(text: str) -> set[object]:
    """The kinds of question with which a text compares something called `kind`."""
    found: set[object] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Compare(left=what):
                parts: list[ast.AST] = [node]
            case ast.Match(subject=what, cases=cases):
                parts = [case.pattern for case in cases]
            case _:
                continue
        if re.search(r"\bkind$", ast.unparse(what)):
            found |= {each.value for part in parts for each in ast.walk(part) if isinstance(each, ast.Constant)}
    return found & KIND_TABLE.keys()


def test_no_module_tells_kinds_of_question_apart() -> None:
    """What differs between kinds is asked of the kind: a new one is one file and one line."""
    telling = {
        name: found
        for name, path in NAMES.items()
        if not name.startswith(OTHER_KINDS) and (found := kinds_told_apart(path.read_text("utf-8")))
    }
    assert telling == {}


@pytest.mark.parametrize(
    "text",
    [
        "question.kind == 'order'",
        "if instance.kind in {'choice', 'choices'}: pass",
        "kind != 'match'",
        "match question.kind:\n    case 'text' | 'predict': pass",
    ],
)
def test_a_kind_told_by_its_name_is_noticed(text: str) -> None:
    assert kinds_told_apart(text)


def test_no_module_outside_names_a_simulation() -> None:
    naming, named = [], set(SIMULATIONS) - ORDINARY_WORDS
    for name, path in NAMES.items():
        if name.startswith("tutor.sims.") or name == "tutor.content.plan":  # lessons have some of the names too
            continue
        texts = [each.value for each in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(each, ast.Constant)]
        naming += [name for text in texts if isinstance(text, str) and text in named]
    assert set(naming) == OPENS_THE_PLAYGROUND


SQL = re.compile(
    r"\s*(SELECT|INSERT (OR \w+ )?INTO|UPDATE \w+ SET|DELETE FROM|CREATE (TABLE|VIEW|INDEX|TRIGGER)|PRAGMA)\s"
)


def sql_in(text: str) -> list[int]:
    """The lines of a text that speak SQL: a statement, a call that runs one, the library itself."""
    lines = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Constant(value=str(value)) if SQL.match(value):
                lines.append(node.lineno)
            case ast.Attribute(attr="execute" | "executemany" | "executescript"):
                lines.append(node.lineno)
            case ast.Import(names=names) if any(alias.name == "sqlite3" for alias in names):
                lines.append(node.lineno)
            case ast.ImportFrom(module="sqlite3"):
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "text", ["import sqlite3", "database.execute(x)", "f'SELECT {name} FROM t'", "'DELETE FROM a'"]
)
def test_sql_is_noticed(text: str) -> None:
    assert sql_in(text)


def test_sql_stands_with_the_record_and_nowhere_else() -> None:
    record = ROOT / "tutor" / "progress"
    speaking = [module_name(path) for path in MODULES if sql_in(path.read_text("utf-8"))]
    assert "tutor.progress.record.queries" in speaking
    assert [name for name in speaking if not NAMES[name].is_relative_to(record)] == []
