"""How a simulation tells what happened: one way of saying that a quantity rose or fell."""

from tutor.text.numbers import show


def describe_change(before: float, now: float, figures: int = 4) -> str:
    """What a quantity did: `fell from 8.5 to 3.377`, `rose by 2e−7 to 0.1`, `stayed at 0.1`."""
    verb = "fell" if now < before else "rose" if now > before else "stayed"
    first, last = show(before, figures), show(now, figures)
    if verb == "stayed":
        return f"stayed at {last}"
    if first == last:  # the change is smaller than the last figure shown
        return f"{verb} by {show(abs(now - before), 2)} to {last}"
    return f"{verb} from {first} to {last}"


def format_percent(share: float, figures: int = 3) -> str:
    """A share of one in per cent: `56.4 %`."""
    return f"{show(100 * share, figures)} %"
