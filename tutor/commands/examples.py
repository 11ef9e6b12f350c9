"""Examples for the help of each command; the test suite tries every line on the parser."""

EXAMPLES = {
    "learn": ("chainrule learn adam", "chainrule learn node --section 2", "chainrule learn loss --plain"),
    "quiz": (
        "chainrule quiz",
        "chainrule quiz --lesson adam --lesson node --count 5",
        "chainrule quiz --due --plain",
        "chainrule quiz --minutes 10 --exam",
    ),
    "sim": (
        "chainrule sim adam --set optimizer=momentum",
        "chainrule sim softmax --plain --steps 3",
        "chainrule sim conv-cost --set kernels=125 --steps 20 --json --last",
        "chainrule sim --list",
    ),
    "glossary": ("chainrule glossary", "chainrule glossary learning rate"),
    "formulas": ("chainrule formulas", "chainrule formulas sigmoid"),
    "errata": ("chainrule errata", "chainrule errata 3"),
    "placement": ("chainrule placement", "chainrule placement --plain"),
    "ask": ("chainrule ask adam-plain-step", "chainrule ask adam-plain-step --seed 3 --answer 0.5 --exit-code"),
    "grade": (
        "chainrule grade number --expected 0.25 --answer 1/4",
        "chainrule grade expression --expected '2*x' --answer 'x + x'",
        "chainrule grade --batch < answers.jsonl",
    ),
    "progress": ("chainrule progress", "chainrule progress --json"),
    "export": ("chainrule export record.jsonl", "chainrule export - > record.jsonl"),
    "import": ("chainrule import record.jsonl", "chainrule import - < record.jsonl"),
    "reset": ("chainrule reset", "chainrule reset --lesson adam"),
    "regrade": ("chainrule regrade",),
    "check": ("chainrule check", "chainrule check lessons/13-adam.md"),
    "new": ("chainrule new lesson my-topic",),
    "lesson": ("chainrule new lesson my-topic --folder lessons",),
    "settings": ("chainrule settings", "chainrule settings --init"),
    "doctor": ("chainrule doctor", "chainrule doctor --json"),
    "completion": (
        "chainrule completion bash >> ~/.bashrc",
        "chainrule completion zsh >> ~/.zshrc",
        "chainrule completion fish > ~/.config/fish/completions/chainrule.fish",
        "chainrule completion man | man -l -",
    ),
}
"""A command's name → how it is typed."""


def epilog(name: str) -> str | None:
    """The end of a command's help."""
    lines = EXAMPLES.get(name)
    return None if lines is None else "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
