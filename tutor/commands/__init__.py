"""The commands of the program; a module is imported when a command in it is called."""

COMMAND_MODULES = {
    "learn": "learn",
    "quiz": "learn",
    "sim": "sim",
    "glossary": "sheets",
    "formulas": "sheets",
    "errata": "sheets",
    "placement": "sheets",
    "code": "code",
    "ask": "ask",
    "grade": "ask",
    "progress": "record",
    "export": "record",
    "import": "record",
    "reset": "record",
    "regrade": "regrade",
    "due": "due",
    "hand-in": "hand_in",
    "class": "classroom",
    "schema": "schema",
    "check": "author",
    "new": "author",
    "settings": "settings",
    "doctor": "doctor",
    "completion": "completion",
}
"""Command → the module it lies in, in the order of the help."""
