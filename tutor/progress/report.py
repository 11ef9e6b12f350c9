"""The record in plain words: what `chainrule progress` prints."""

from tutor.progress.attempt import some
from tutor.progress.store import Store


def report(store: Store) -> str:
    """Attempts, lessons, concepts (the weakest first) and what is due, as lines of text."""
    found = store.summary()
    if not found["attempts"] and not found["lessons"]:
        return "Nothing is on record yet. Open a lesson with: chainrule learn adam"
    lines = [f"{some(found['attempts'], 'answer')} on record; {some(len(found['due']), 'question')} due for review."]
    if found["lessons"]:
        lines += ["", "Lessons"]
    for row in found["lessons"]:
        place = "" if row["section"] is None else f", read up to section {row['section'] + 1}"
        lines.append(f"  {row['id']}: {row['right']:,} of {some(row['attempts'], 'answer')} right{place}")
    if found["concepts"]:
        lines += ["", "Concepts, the weakest first"]
    for row in sorted(found["concepts"], key=lambda row: (row["level"], row["id"])):
        lines.append(f"  {row['id']}: {row['level']:.0%} from {some(row['attempts'], 'answer')}")
    if found["due"]:
        lines += ["", "Review now with: chainrule quiz --due"]
    return "\n".join(lines)
