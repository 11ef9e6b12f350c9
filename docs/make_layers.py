"""Draw the layers of the program from its imports into docs/architecture.md: `python docs/make_layers.py`."""

import ast
import re
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1] / "tutor"
PAGE = Path(__file__).with_name("architecture.md")
DRAWN_BLOCK = re.compile(r"^```layers\n.*?^```$", re.MULTILINE | re.DOTALL)

Graph = Mapping[str, set[str]]
"""Name of a package, or of a module beside the packages → those that it imports."""


def package_of(path: Path) -> str:
    """The package in which a module lies; a module beside the packages is named itself."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports_in(path: Path) -> set[str]:
    """The packages that a module imports from: at its top, within functions, and for type checking alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("tutor.")}
    return found


def read_graph() -> Graph:
    """What imports what."""
    paths = [path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py"]
    graph: dict[str, set[str]] = {package_of(path): set() for path in paths}
    for path in paths:
        graph[package_of(path)] |= (imports_in(path) & graph.keys()) - {package_of(path)}
    return graph


def levels(graph: Graph) -> list[list[str]]:
    """The packages level by level from above: each stands just above the highest that it imports.

    Raises:
        CycleError: imports go round.
    """
    rank: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        rank[name] = max((rank[below] + 1 for below in graph[name]), default=0)
    return [sorted(name for name in rank if rank[name] == level) for level in sorted(set(rank.values()), reverse=True)]


def supports(name: str, graph: Graph) -> list[str]:
    """What a package stands on: what it imports, but for what those import themselves."""
    indirect: set[str] = set()
    waiting = [below for direct in graph[name] for below in graph[direct]]
    while waiting:
        below = waiting.pop()
        if below not in indirect:
            indirect.add(below)
            waiting += graph[below]
    return sorted(graph[name] - indirect)


def purpose(name: str) -> str:
    """What a package is for: the first sentence of its docstring, cut at a comma where it is long."""
    path = ROOT / name / "__init__.py"
    text = ast.get_docstring(ast.parse((path if path.exists() else ROOT / f"{name}.py").read_text("utf-8"))) or ""
    sentence = re.split(r"[.;](?:\s|$)", text, maxsplit=1)[0]
    cut = re.match(r".{1,70}(?=[,:]|$)", sentence)
    return cut[0] if cut else sentence


def draw_layers(graph: Graph) -> str:
    """The layers as text: each line a package, an arrow to what it stands on, and what it is for."""
    blocks = (_level_lines(level, graph) for level in levels(graph))
    return "\n".join(["```layers", *"\n\n".join("\n".join(lines) for lines in blocks).split("\n"), "```"])


def _level_lines(level: Iterable[str], graph: Graph) -> list[str]:
    """The lines of a level, in columns that all levels share."""
    below = {name: " ".join(supports(name, graph)) for name in graph}
    name_width, below_width = max(map(len, graph)), max(map(len, below.values()))
    return [
        f"{name:<{name_width}} {'→' if below[name] else ' '} {below[name]:<{below_width}}  {purpose(name)}".rstrip()
        for name in level
    ]


def with_layers(page: str) -> str:
    """The page with its layers drawn anew."""
    return DRAWN_BLOCK.sub(lambda _: draw_layers(read_graph()), page)


if __name__ == "__main__":
    PAGE.write_text(with_layers(PAGE.read_text("utf-8")), "utf-8")
    print(PAGE)
