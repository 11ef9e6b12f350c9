"""The commands, one file a family; a family is imported when one of its commands is called."""

FAMILIES = {
    "learn": "opening",
    "quiz": "opening",
    "sim": "simulate",
    "glossary": "sheets",
    "formulas": "sheets",
    "errata": "sheets",
    "placement": "sheets",
    "ask": "asking",
    "grade": "asking",
    "progress": "record",
    "export": "record",
    "import": "record",
    "reset": "record",
    "regrade": "regrading",
    "check": "authoring",
    "new": "authoring",
    "settings": "settings",
    "doctor": "doctor",
    "completion": "completion",
}
"""Command → the module it lies in."""
