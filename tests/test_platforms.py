"""Every module of tests can be imported on Windows, and a test that needs what only Unix has is marked so."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import UNIX_ONLY

TESTS = Path(__file__).parent
ROOT = TESTS.parent
MODULES = frozenset({"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"})
"""Modules of the standard library that Windows lacks."""
SIGNALS_ELSEWHERE = frozenset({"SIGABRT", "SIGBREAK", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM"})
"""The signals that Windows has; its `signal` module has few functions, too."""
SIGNAL_FUNCTIONS = frozenset(
    {"alarm", "getitimer", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "siginterrupt", "sigwait"}
)
OS_NAMES = frozenset(
    {"chown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getpgid", "getsid", "getuid", "killpg", "mkfifo"}
    | {"openpty", "setpgid", "setsid", "umask", "uname", "wait", "wait3", "wait4", "WIFSTOPPED", "WNOHANG", "WUNTRACED"}
)
KEYWORDS = frozenset({"in_child", "pass_fds", "preexec_fn", "start_new_session"})
"""How a program is started as only Unix can; `in_child` is what `progress/helping.py` hands on as `preexec_fn`."""
Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def is_of_unix(node: ast.AST) -> bool:
    """Whether `node` by itself says something that Windows lacks."""
    match node:
        case ast.Import(names):
            return bool(MODULES & {name.name.split(".")[0] for name in names})
        case ast.ImportFrom(module):
            return module in MODULES
        case ast.Attribute(ast.Name("os"), name):
            return name in OS_NAMES
        case ast.Attribute(ast.Name("signal"), name):
            return name in SIGNAL_FUNCTIONS or (name[:3] == "SIG" and name[3] != "_" and name not in SIGNALS_ELSEWHERE)
        case ast.keyword("preexec_fn", ast.Name("in_child")):
            return False  # whoever gives it needs Unix
        case ast.keyword(name):
            return name in KEYWORDS
    return False


def run_at_import(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Everything that runs when a module of these statements is imported: no body of a function."""
    for node in nodes:
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from run_at_import([*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)])
        elif not isinstance(node, ast.Lambda):
            yield from run_at_import(ast.iter_child_nodes(node))


@dataclass
class Module:
    """A module of the tests: what it imports from its neighbours, and what it defines."""

    path: Path
    tree: ast.Module
    imported: dict[str, tuple[Path, str]] = field(default_factory=dict)
    """A name in it → the neighbour it comes from, and its name there."""
    defined: dict[str, Defined] = field(default_factory=dict)


def path_of(name: str) -> Path:
    return ROOT / Path(*name.split(".")).with_suffix(".py")


@cache
def read(path: Path) -> Module:
    module = Module(path, ast.parse(path.read_text("utf-8")))
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in {"tests", "benchmarks"}:
            for name in node.names:
                inner = path_of(f"{node.module}.{name.name}")
                source = (inner, "") if inner.exists() else (path_of(node.module or ""), name.name)
                module.imported[name.asname or name.name] = source
        elif isinstance(node, Defined):
            module.defined[node.name] = node
    return module


def fails_to_import(path: Path) -> bool:
    """Whether the module at `path`, or one that it imports, needs Unix to be imported at all."""
    module = read(path)
    if any(is_of_unix(node) for node in run_at_import(module.tree.body)):
        return True
    return any(fails_to_import(source) for source, _ in module.imported.values() if source.exists())


@cache
def said_in(path: Path, name: str) -> tuple[bool, frozenset[tuple[Path, str]]]:
    """Whether what is called `name` in the module at `path` itself uses something of Unix, and what it names."""
    module = read(path)
    node = module.defined.get(name)
    if node is None:
        source, there = module.imported.get(name, (path, ""))
        return False, frozenset({(source, there)} if there and source.exists() else ())
    inside = list(ast.walk(node))
    said = {each.id for each in inside if isinstance(each, ast.Name)}
    said |= {each.arg for each in inside if isinstance(each, ast.arg)}
    return any(map(is_of_unix, inside)), frozenset((path, other) for other in said)


def needs_unix(path: Path, name: str) -> bool:
    """Whether what is called `name` uses something of Unix, itself or by what it calls."""
    waiting, seen = [(path, name)], set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        is_direct, others = said_in(*place)
        if is_direct:
            return True
        waiting += others
    return False


def is_left_out(path: Path) -> bool:
    """Whether the file is not even looked at on Windows."""
    return any(path.is_relative_to(TESTS / place) for place in UNIX_ONLY)


def is_marked(path: Path, node: Defined) -> bool:
    marks = [ast.unparse(each) for each in node.decorator_list]
    marks += [ast.unparse(each) for each in read(path).tree.body if isinstance(each, ast.Assign)]
    return "pytest.mark.unix" in marks or "pytestmark = pytest.mark.unix" in marks


FILES = sorted(TESTS.rglob("*.py"))
ELSEWHERE = [path for path in FILES if not is_left_out(path)]


def named(path: Path) -> str:
    return path.relative_to(TESTS).as_posix()


@pytest.mark.parametrize("path", [path for path in ELSEWHERE if path.name.startswith(("test_", "conftest"))], ids=named)
def test_a_module_of_tests_can_be_imported_on_windows(path: Path) -> None:
    assert not fails_to_import(path), (
        f"import it where it is used, or name it in UNIX_ONLY of tests/conftest.py: {path}"
    )


@pytest.mark.parametrize("path", [path for path in ELSEWHERE if path.name.startswith("test_")], ids=named)
def test_what_needs_unix_is_marked_unix(path: Path) -> None:
    tests = [node for name, node in read(path).defined.items() if name.startswith("test_")]
    assert [node.name for node in tests if needs_unix(path, node.name) and not is_marked(path, node)] == []


@pytest.mark.parametrize("place", UNIX_ONLY)
def test_what_is_left_out_whole_could_not_be_imported(place: str) -> None:
    assert any(fails_to_import(path) for path in FILES if path.is_relative_to(TESTS / place))


@pytest.mark.parametrize(
    "text",
    [
        "import fcntl",
        "from pty import openpty",
        "import os\nX = os.getuid()",
        "import signal\nX = [signal.SIGKILL]",
        "class A:\n    import resource",
        "import os\ndef f(x=os.mkfifo): pass",
        "try:\n    import pwd\nfinally: pass",
    ],
)
def test_what_fails_when_imported_is_seen(text: str) -> None:
    assert any(map(is_of_unix, run_at_import(ast.parse(text).body)))


@pytest.mark.parametrize(
    "text", ["import signal\nX = signal.SIGINT", "def f():\n    import resource", "import os, sys"]
)
def test_what_windows_has_is_not_blamed(text: str) -> None:
    assert not any(map(is_of_unix, run_at_import(ast.parse(text).body)))
