"""A small sound lesson, and ways to break it."""

from pathlib import Path

from tutor.content.check import check

GOOD = """\
---
id: toy
title: "Toy: a lesson for tests"
part: Tests
concepts: [counting, cost]
needs: [convolution, cost-of-things]
minutes: 5
---

## Why it matters

A kernel has $k$ numbers, and each costs \\$1. Written out:

$$k = 5 \\cdot 5$$

| symbol | meaning |
|---|---|
| $k$ | numbers in a kernel |

```python
price = "$"  # a dollar in code is no formula
```

## See it

```{simulation} conv-cost
set: {kernels: 125}
step: 1
try:
  - "Step once. What is $k$ now?"
  - "Step back."
```

```{erratum} 1
The notes say $k = 256$. Check it: step twice.
```

## Questions

```{question} number
id: toy-sum
concepts: [counting]
given: {a: [1, 2, 3]}
ask: "What is ${a} + 1$?"
answer: a + 1
mistakes:
  - {value: a - 1, say: "That is ${a} - 1$."}
hints: ["Count on from {a}."]
why: "${a} + 1 = {= a + 1}$."
```

```{question} choice
id: toy-larger
ask: "Which is larger?"
options:
  - {text: "Two", right: true, why: "Two is one more than one."}
  - {text: "One", why: "One is one less than two."}
hints: ["Count."]
why: "Two is one more than one."
```
"""

RICH = """\
---
id: toy
title: "Toy: a lesson with every block"
part: Tests
concepts: [counting]
minutes: 5
---

## Why it matters

```{values}
kernels: 125
standard: {simulation: conv-cost, set: {kernels: "{kernels}"}, steps: 20, value: standard.multiplications}
separable: {simulation: conv-cost, set: {kernels: 125}, steps: 20, value: separable.multiplications}
ratio: separable / standard
```

```{picture} conv-cost
set: {kernels: 125}
step: 2
chart: 0
caption: "Two ways to count {kernels} kernels."
```

The standard bank takes {standard} products, the pair {= round(ratio, 3)} of that:

$$\\frac{separable}{standard} = {ratio}$$ (saving)

## See it

[Show me](show:conv-cost?kernels=125&step=3) the third term.

```{simulation} conv-cost
set: {kernels: 125}
try:
  - "Step once."
  - do: "Go on until {standard} is there."
    goal: standard.multiplications == 600000
```

## Questions

```{question} number
id: toy-sum
given: {a: [1, 2, 3]}
ask: "What is ${a} + 1$?"
answer: a + 1
mistakes:
  - {value: a - 1, say: "That is ${a} - 1$."}
hints: ["Count on from {a}."]
why: "${a} + 1 = {= a + 1}$."
```

```{question} choice
id: toy-larger
ask: "Which is larger?"
options:
  - {text: "Two", right: true, why: "Two is one more than one."}
  - {text: "One", why: "One is one less than two."}
hints: ["Count."]
why: "Two is one more than one."
```

```{glossary}
kernel: A small grid of numbers; here there are {kernels}.
ratio: "How $a$ compares with $b$."
```
"""
"""A lesson with every kind of block, figures from runs among them."""

NEIGHBOUR = (
    GOOD.replace("toy", "pal")
    .replace("Toy", "Pal")
    .replace("concepts: [counting, cost]", "concepts: [counting, cost-of-things]")
    .replace("needs: [convolution, cost-of-things]", "needs: []")
)
"""Another, which declares what the first one needs."""


def folder(tmp_path: Path, **lessons: str) -> Path:
    """A folder with a neighbour and the given lessons, `toy="…"` as 20-toy.md, 21-… and so on."""
    made = tmp_path / "lessons"
    made.mkdir(exist_ok=True)
    (made / "30-pal.md").write_text(NEIGHBOUR, "utf-8")
    for number, (name, text) in enumerate(lessons.items(), 20):
        (made / f"{number}-{name.replace('_', '-')}.md").write_text(text, "utf-8")
    return made


def said(tmp_path: Path, text: str) -> list[str]:
    """What the check says of a lesson: `line: message` for each fault."""
    faults = check([folder(tmp_path, toy=text) / "20-toy.md"])
    return [f"{fault.line}: {fault.message}" for fault in faults]


def line_of(text: str, part: str) -> int:
    """The line on which `part` first stands in `text`, counted from 1."""
    return text[: text.index(part)].count("\n") + 1


def broken(old: str, new: str) -> str:
    """The good lesson with one place changed."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)
