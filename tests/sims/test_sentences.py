"""Every sentence that a simulation says is true of the state it is said of."""

import re

import pytest

from tests.sims.claims import CLAIMS
from tests.sims.claims.base import Claim
from tests.sims.runs import run_views
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.view import View
from tutor.sims.table import SIMULATIONS, find_simulation

_NOUNS = {noun for claims in CLAIMS.values() for claim in claims for noun in re.findall(r"(\w+)\(s\)", claim.pattern)}
_ONE_OF_MANY = re.compile(rf"(?<![\w.,-])1 (?:{'|'.join(sorted(_NOUNS))})s\b")
"""`1 points`."""
_END = re.compile(r"(?<=[.?]) (?=[A-Z])")


COSTLY = ("playground", "manifold", "digits")
"""Simulations whose states take long to look at; fewer runs of these."""


EACH = pytest.mark.parametrize("name", SIMULATIONS, scope="module")  # so that one run serves all tests


def sentences(text: str, claims: "tuple[Claim, ...]") -> list[str]:
    """`text` in the sentences that are claims; what a claim holds together stays together."""
    parts, made = _END.split(text), []
    while parts:
        for count in range(len(parts), 0, -1):
            joined = " ".join(parts[:count])
            if count == 1 or any(claim.caught(joined) for claim in claims):
                made.append(joined)
                parts = parts[count:]
                break
    return made


def told(view: View) -> list[tuple[str, object]]:
    """The narration and the description of each picture."""
    return [(view.narration, None), *((picture.description, picture) for picture in view.pictures)]


@EACH
def test_every_sentence_of_a_simulation_is_known_and_holds(name: str) -> None:
    claims, faults, seen = tuple(CLAIMS[name]), [], 0
    for simulation, history, view in run_views(name, draws=5 if name in COSTLY else 12):
        for text, picture in told(view):
            for sentence in sentences(text, claims):
                seen += 1
                known = [claim for claim in claims if claim.caught(sentence)]
                found = [claim.fault(sentence, simulation, history, picture) for claim in known]
                if not known or all(found):
                    faults.append(f"{simulation.values()} step {history.state.step}: {sentence} ({found or 'unknown'})")
    assert not faults, f"{len(faults)} of {seen} sentences; the first: " + "\n".join(faults[:5])
    assert seen > 50


def test_every_simulation_has_its_claims() -> None:
    assert set(CLAIMS) == set(SIMULATIONS)


@EACH
def test_a_sentence_with_another_number_is_found_to_be_false(name: str) -> None:
    """The table of claims would notice: a quoted number that is changed fails."""
    claims, noticed, tried = tuple(CLAIMS[name]), 0, 0
    for simulation, history, view in run_views(name, draws=2, steps=8):
        for text, picture in told(view):
            for sentence in sentences(text, claims):
                changed = re.sub(r"\d(?!.*\d)", lambda digit: str((int(digit[0]) + 3) % 10), sentence)
                if changed == sentence:
                    continue
                tried += 1
                known = [claim for claim in claims if claim.caught(changed)]
                noticed += all(claim.fault(changed, simulation, history, picture) for claim in known)
    assert noticed == tried > 0


def texts(rules: type[Simulation[object]]) -> list[str]:  # type: ignore[type-var]  # any state
    return [rules.title, rules.summary, rules.unit, *(preset.reason for preset in rules.presets)]


@EACH
def test_no_text_of_a_simulation_has_a_doubled_stop_or_a_lost_number(name: str) -> None:
    for _, _, view in run_views(name, draws=3, steps=10):
        asked = (
            [view.prediction.prompt, view.prediction.why, *(say for _, say in view.prediction.mistakes)]
            if view.prediction
            else []
        )
        for text in [*(text for text, _ in told(view)), *asked, *texts(find_simulation(name))]:
            assert not re.search(r"[.?!]\.|\.\?|  |\bNone\b|\bnan\b|–\.| – ", text), text
            assert not _ONE_OF_MANY.search(text), text
