"""The commands, one file a family; a family is imported when one of its commands is called."""

FAMILIES = {
    "learn": "learn",
    "quiz": "learn",
    "sim": "sim",
    "glossary": "sheets",
    "formulas": "sheets",
    "errata": "sheets",
    "placement": "sheets",
    "ask": "ask",
    "grade": "ask",
    "progress": "record",
    "export": "record",
    "import": "record",
    "reset": "record",
    "regrade": "regrade",
    "check": "author",
    "new": "author",
    "settings": "settings",
    "doctor": "doctor",
    "completion": "completion",
}
"""Command → the module it lies in."""
