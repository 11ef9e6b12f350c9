"""Every regular expression of the program is linear: a line that somebody else wrote can hang nothing."""

import ast
import importlib
import pkgutil
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import process_time
from types import FrameType, ModuleType
from typing import Any

import pytest

import tutor
from tests.pumping import Case, pumped
from tutor.patterns import LazyPattern

ROOT = Path(tutor.__file__).parent
SHORT = 8 * 1024
MIDDLE = 16 * 1024
LONG = 64 * 1024
SOON = 0.004
"""Seconds for `SHORT`: far more than a linear pattern takes, far less than a quadratic one."""
BOUND = 0.5
"""Seconds for `LONG`; a pattern that takes longer must at least grow as its text does, on a slow machine."""
WITH_LABELS = "_with_names"
"""The function that looks for the labels of a simulation's own parameters, in a line of 500 characters at most."""
CALLS = {"compile", "match", "search", "sub", "subn", "fullmatch", "split", "findall", "finditer"}


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(tutor.__path__, "tutor."):
        if found.name.endswith("__main__"):
            continue
        try:
            yield importlib.import_module(found.name)
        except ModuleNotFoundError:  # what drives a terminal of Unix imports modules of Unix
            if sys.platform != "win32":
                raise


def made(value: Any) -> Any:
    return value.compiled if isinstance(value, LazyPattern) else value


def within(value: Any, depth: int = 0) -> Iterator["re.Pattern[str]"]:
    value = made(value)
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth < 3 and isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from within(item, depth + 1)
    elif depth < 3 and isinstance(value, dict):
        for item in [*value, *value.values()]:
            yield from within(item, depth + 1)


@dataclass(frozen=True)
class Spoken:
    """What a file says about patterns."""

    calls: tuple[tuple[str, str], ...]
    """Name of something → one of its methods that a pattern has, too."""
    loops: tuple[tuple[frozenset[str], str], ...]
    """The names that a loop gives → the name of what it goes through."""


@cache
def spoken(path: Path) -> Spoken:
    """What the file at `path` says, read in one walk."""
    calls: dict[tuple[str, str], None] = {}
    loops: list[tuple[frozenset[str], str]] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            if node.attr in CALLS and isinstance(node.value, ast.Name):
                calls[node.value.id, node.attr] = None
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.iter, ast.Name):
            given = frozenset(each.id for each in ast.walk(node.target) if isinstance(each, ast.Name))
            loops.append((given, node.iter.id))
    return Spoken(tuple(calls), tuple(loops))


@cache
def uses() -> dict[str, set[str]]:
    """Name of a pattern → how it is used, wherever a file says so."""
    found: dict[str, set[str]] = {}
    for path in ROOT.rglob("*.py"):
        for name, call in spoken(path).calls:
            key = name if not name.startswith("_") else f"{path.stem}.{name}"
            found.setdefault(key, set()).add(call)
    return found


def turns(path: Path, table: str) -> set[str]:
    """How the patterns of a table are used, by whatever name a loop gives each."""
    said = spoken(path)
    given = {name for names, gone_through in said.loops if gone_through == table for name in names}
    return {call for name, call in said.calls if name in given}


@dataclass(frozen=True)
class Row:
    """One pattern, by itself or in a table, under the name that a module gives it."""

    pattern: "re.Pattern[str]"
    path: Path
    name: str
    is_by_itself: bool

    @property
    def ways(self) -> set[str]:
        """How it is used."""
        if not self.is_by_itself:
            return turns(self.path, self.name) or {"finditer"}
        return uses().get(self.name if not self.name.startswith("_") else f"{self.path.stem}.{self.name}", {"finditer"})


def table() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    seen: set[re.Pattern[str]] = set()
    for module in modules():
        for name, value in [(name, made(value)) for name, value in vars(module).items()]:
            for number, pattern in enumerate(within(value)):
                if pattern in seen and not isinstance(value, re.Pattern):
                    continue
                seen.add(pattern)
                key = f"{module.__name__}.{name}" + (f"[{number}]" if value is not pattern else "")
                rows[key] = Row(pattern, Path(module.__file__ or ""), name, value is pattern)
    return rows


TABLE = table()


class TooSlowError(Exception):
    """A pattern has not come to an end."""


def stop(_: int, __: FrameType | None) -> None:
    raise TooSlowError


def seconds(pattern: "re.Pattern[str]", way: str, text: str, most: float) -> float:
    """How long `pattern` takes for `text`; it is stopped soon after `most` seconds."""
    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1.1 * most)
    started = process_time()
    try:
        if way in {"match", "fullmatch"}:
            getattr(pattern, way)(text)
        else:
            for _ in pattern.finditer(text):
                pass
    except TooSlowError:
        pass
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return process_time() - started


def slow(pattern: "re.Pattern[str]", ways: set[str]) -> Iterator[str]:
    """The first case for which `pattern` takes long, and longer by far than for a text of a quarter its length."""
    for way in {way if way in {"match", "fullmatch"} else "finditer" for way in ways}:
        for case in pumped(pattern):
            first = seconds(pattern, way, case.text(SHORT), BOUND)
            if first >= SOON and (first > BOUND or grows(pattern, way, case)):
                yield f"{way}: {case}"
                return


def grows(pattern: "re.Pattern[str]", way: str, case: Case) -> bool:
    """Whether the time grows far faster than the text does."""
    quarter = seconds(pattern, way, case.text(MIDDLE), BOUND)
    most = max(BOUND, 8 * quarter)
    return quarter > BOUND / 2 or seconds(pattern, way, case.text(LONG), most) > most


@pytest.mark.unix  # only there can an expression be stopped on its way
@pytest.mark.parametrize("name", TABLE)
def test_a_pattern_is_linear_on_what_is_worst_for_it(name: str) -> None:
    row = TABLE[name]
    assert list(slow(row.pattern, row.ways)) == []


@pytest.mark.unix
@pytest.mark.parametrize(
    "pattern",
    [r"(a*)*b", r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*", r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\[[^\]]*\]x"],
)
def test_a_pattern_that_backtracks_is_seen(pattern: str) -> None:
    assert list(slow(re.compile(pattern), {"search"})) != []


@pytest.mark.unix
def test_a_pattern_that_is_linear_is_not_blamed() -> None:
    assert list(slow(re.compile(r" {0,3}##(?!#)([^\n]*+)"), {"fullmatch", "match"})) == []


def makes_pattern(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return called.value.id == "re" and called.attr in CALLS
    return isinstance(called, ast.Name) and called.id == "late"


@pytest.mark.parametrize(
    "path",
    sorted(path for path in ROOT.rglob("*.py") if path.name != "patterns.py"),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_pattern_is_hidden_in_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if path.relative_to(ROOT).as_posix() == "questions/answers/run_settings.py":
        functions = [node for node in functions if node.name != WITH_LABELS]
    hidden = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and makes_pattern(node.func)
    ]
    assert hidden == []
