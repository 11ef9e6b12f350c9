"""`schema`: what the program's JSON looks like, as JSON Schema."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from tutor.commands.command import Command
from tutor.errors import unknown_name_error
from tutor.text.output import say_json

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def complete_names(context: click.Context, parameter: click.Parameter, prefix: str) -> list[CompletionItem]:
    """List the commands with JSON whose name begins so."""
    from tutor.commands.json_objects import JSON_OBJECTS

    return [CompletionItem(name) for name in JSON_OBJECTS if name.startswith(prefix)]


@click.command(
    cls=Command,
    examples=(
        "chainrule schema",
        "chainrule schema class",
    ),
)
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=complete_names)
def schema(name: str | None) -> None:
    """Print the JSON Schema of what COMMAND prints with --json, or of all commands in one object.

    Of sim, grade and hand-in it describes each line. The number at the end of $id is its version: it rises when a key
    goes or changes its meaning.
    """
    from tutor.commands.json_objects import JSON_OBJECTS

    if name is None:
        say_json({command: make_schema(command) for command in JSON_OBJECTS}, indent=1)
    elif name in JSON_OBJECTS:
        say_json(make_schema(name), indent=1)
    else:
        raise unknown_name_error("command with a schema", name, JSON_OBJECTS)


def make_schema(command: str) -> dict[str, Any]:
    """Make the JSON Schema of what a command prints."""
    import msgspec

    from tutor.commands.json_objects import JSON_OBJECTS

    version, types = JSON_OBJECTS[command]
    schemas, definitions = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    root_schema = schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}
    return {
        "$schema": DIALECT,
        "$id": f"chainrule/{command}/{version}",
        "title": f"chainrule {command}",
        **root_schema,
        "$defs": definitions,
    }
