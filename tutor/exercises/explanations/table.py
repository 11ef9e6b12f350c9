"""Explains an error raised by a learner's code, using the first rule that recognises its message."""

from tutor.exercises.explanations import names, numbers, products, shapes, values
from tutor.exercises.explanations.rule import ErrorRule
from tutor.exercises.raised import RaisedError
from tutor.text.sentences import join_sentences

RULES: tuple[ErrorRule, ...] = (*numbers.RULES, *products.RULES, *shapes.RULES, *names.RULES, *values.RULES)


def find_explanation(error: RaisedError) -> tuple[str, bool]:
    """Return the explanation of an error ("" if there is none), and whether Python's own message is to precede it."""
    if error.advice:
        return error.advice, error.type == "NameError"  # Python's message names the unknown name
    message = f"{error.type}: {error.message}".removesuffix(": ")  # some errors have no message
    for rule in RULES:
        match = rule.pattern.search(message)
        if match is not None:
            text = rule.explain(error, match)
            return (text, rule.keeps_message) if text else ("", True)
    return "", True


def explain_message(error: RaisedError) -> str:
    """The message of an error in plain words, without type or line: Python's own if it is clear, otherwise ours."""
    text, keeps_message = find_explanation(error)
    if error.advice and keeps_message:
        return join_sentences(error.message, text)
    return error.message if keeps_message else text


def tell_error(error: RaisedError) -> str:
    """Where the error happened and what it means, in words for a beginner."""
    place = f"Line {error.line}: " if error.line else ""
    if error.type == "NotImplementedError":
        return f"{place}the function is still to be written: put your code in place of raise NotImplementedError."
    if error.type == "MemoryError":
        return f"{place}your code asked for more memory than it may have: is an array far too large?"
    if error.type == "RecursionError":
        return f"{place}a function calls itself without an end."
    if error.type == "SystemError":
        return f"{place}Python ran out of memory in the middle of a call: does a function call itself without an end?"
    if error.type in {"OutOfTimeError", "CodeStoppedError", "NameError", "TypeError"} and not error.line:
        return error.message  # the check itself raised this, so its message is plain already
    if error.earlier:
        place = f"{place}{error.earlier}, from your earlier exercise, failed in its line {error.earlier_line}: "
    text, keeps_message = find_explanation(error)
    own_words = f"{error.type}: {error.message}" if error.message else error.type
    if not text:
        return f"{place}{own_words}"
    if keeps_message:
        return f"{place}{join_sentences(own_words, text)}"
    return f"{place}{error.type}: {text}"
