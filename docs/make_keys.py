"""Write the table of key bindings that settings are judged by: `python docs/make_keys.py`, after a binding changed."""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from textual.binding import Binding
from textual.dom import DOMNode

import tutor.screens
import tutor.widgets

TARGET = Path(__file__).parent.parent / "tutor" / "settings" / "bindings.py"
HEAD = '''"""Every key binding by name; made by docs/make_keys.py, so that no screen is loaded for it."""

BINDINGS: dict[str, tuple[str, str]] = {
'''


def own_classes() -> list[type[DOMNode]]:
    """Every screen and widget of the course, and the app."""
    found: dict[str, type[DOMNode]] = {}
    for package in (tutor.screens, tutor.widgets):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            for thing in vars(import_module(module.name)).values():
                if isinstance(thing, type) and issubclass(thing, DOMNode) and thing.__module__ == module.name:
                    found[f"{module.name}.{thing.__qualname__}"] = thing
    return [found[name] for name in sorted(found)]


def ours(owner: type[DOMNode]) -> list[Binding]:
    """The bindings a class and those it is made from bring, as far as they have a name."""
    found: dict[str, Binding] = {}
    for kind in owner.__mro__:
        for binding in vars(kind).get("BINDINGS", []):
            if isinstance(binding, Binding) and binding.id:
                found.setdefault(binding.id, binding)
    return list(found.values())


def table() -> str:
    """The module's text."""
    classes = own_classes()
    bindings = {str(binding.id): binding for owner in classes for binding in ours(owner)}
    rows = [
        f"    {quoted(id)}: ({quoted(bindings[id].key)}, {quoted(bindings[id].tooltip or bindings[id].description)}),\n"
        for id in sorted(bindings)
    ]
    groups = {tuple(sorted(str(binding.id) for binding in ours(owner))) for owner in classes}
    blocks = [
        "    (\n" + "".join(f"        {quoted(id)},\n" for id in group) + "    ),\n"
        for group in sorted(groups)
        if len(group) > 1 and not group[0].startswith("app.")
    ]
    return (
        f'{HEAD}{"".join(rows)}}}\n"""Name → its keys, and what they do."""\n\n'
        f"TOGETHER: tuple[tuple[str, ...], ...] = (\n{''.join(blocks)})\n"
        '"""The names that are found at one place, where a key can do one thing only."""\n'
    )


def quoted(text: str) -> str:
    """A Python string in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    TARGET.write_text(table(), "utf-8")
    print(TARGET)
