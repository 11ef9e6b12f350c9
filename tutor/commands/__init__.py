"""The commands of the program; a module is imported when a command in it is called."""

COMMANDS = {
    "learn": ("learn", "Open the lesson ID."),
    "quiz": ("learn", "Ask yourself questions, mixed, with fresh numbers each time."),
    "sim": ("sim", "Open the simulation NAME, or print its states."),
    "glossary": (
        "sheets",
        "Print the words and letters of the course with their meanings, or those with WORDS in them.",
    ),
    "formulas": ("sheets", "Print the named formulas of the course, or those that have WORDS in them."),
    "errata": ("sheets", "Print the common slips, with their proofs; only number NUMBER when it is given."),
    "placement": ("sheets", "Find out with a few questions which lessons you know already."),
    "code": ("code", "Write a function yourself: begin EXERCISE, or check it."),
    "ask": ("ask", "Print QUESTION with one set of numbers; --answer grades it."),
    "grade": ("ask", "Grade an answer of KIND (number or expression) against what is expected."),
    "progress": ("record", "Show what is on record and what is due."),
    "export": (
        "export",
        "Write the whole record to FILE as JSON Lines, or the questions for Anki or Moodle; - is standard output.",
    ),
    "import": ("record", "Add an exported FILE to the record; nothing is doubled."),
    "reset": ("record", "Start with an empty record, or forget one lesson; what was there is kept beside it."),
    "regrade": ("regrade", "Grade the answers on record again with the present lessons, and show what would change."),
    "due": ("due", "Say in one line how many questions are due for review, or when the next is."),
    "schedule": ("schedule", "Say when questions come again, and fit that to your memory."),
    "hand-in": (
        "hand_in",
        "Write the record to one file, to be handed in for ASSIGNMENT; - in its place is standard output.",
    ),
    "class": (
        "classroom",
        "Look over hand-ins: who did what, who is stuck, which questions fail, and which grades are not what they say.",
    ),
    "assignment": ("assignment", "Check an assignment before it is given out, and say what it asks and until when."),
    "worksheet": ("worksheet", "Print the questions of a lesson, or on a concept, as a worksheet in Markdown."),
    "pack": ("pack", "Install packs of lessons, and build your own."),
    "serve": ("serve", "Show the course in a browser."),
    "schema": ("schema", "Print the JSON Schema of what COMMAND prints with --json, or of all commands in one object."),
    "check": ("author", "Find every fault of the lessons, as file:line: message."),
    "new": ("author", "Make something new to write in."),
    "settings": ("settings", "Show the settings in effect, where their file lies, and every key."),
    "doctor": ("doctor", "Look at the terminal, the record, the versions and the settings; changes nothing."),
    "completion": ("completion", "Print what a shell needs to complete commands and names, or the manual page."),
}
"""Command → its module, and the first sentence of its help, in the order of the help.

The list of commands in the help is made of the sentences, without importing any of the modules.
"""
COMMAND_MODULES = {name: module for name, (module, _) in COMMANDS.items()}
"""Command → its module."""
