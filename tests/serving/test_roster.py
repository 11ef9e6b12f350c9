"""The roster: names and hashes; what a file holds that is none; how often a token may be wrong."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tutor.errors import ChainruleError, UsageError
from tutor.serving.passes import Passes
from tutor.serving.roster import TOKEN_GROUP_LENGTH, TOKEN_GROUPS, Roster, new_token
from tutor.serving.sign_in_limiter import MAX_KEYS, SignInLimiter


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    return Roster(tmp_path / "class.json")


def test_a_token_lets_its_learner_in_and_stands_in_no_file(roster: Roster) -> None:
    token = roster.add("Ada Lovelace")
    other = roster.add("Grace")
    learner = roster.verify("ada  LOVELACE", f" {token.upper()} ")
    assert learner is not None
    assert learner.name == "Ada Lovelace"
    assert roster.verify("Ada Lovelace", token.replace("-", "")) == learner
    assert roster.verify("Ada Lovelace", other) is None
    assert roster.verify("Nobody", token) is None
    text = roster.path.read_text("utf-8")
    assert token not in text
    assert token.replace("-", "") not in text
    assert roster.path.stat().st_mode & 0o077 == 0


def test_an_unknown_name_costs_as_many_hashes_as_a_known_one(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    roster.add("Ada")
    costs: list[dict[str, int]] = []
    compared: list[int] = []
    scrypt, compare = hashlib.scrypt, hmac.compare_digest

    def count(password: bytes, *, salt: bytes, **cost: int) -> bytes:
        costs.append(cost)
        return scrypt(password, salt=salt, **cost)

    def note(one: str, other: str) -> bool:
        compared.append(len(other))
        return compare(one, other)

    monkeypatch.setattr(hashlib, "scrypt", count)
    monkeypatch.setattr(hmac, "compare_digest", note)
    for name in ("Ada", "Nobody", "", "x" * 10_000):
        assert roster.verify(name, "wrong") is None
    assert len(costs) == 4
    assert all(cost == costs[0] for cost in costs)
    assert compared == [compared[0]] * 4


def test_every_new_token_is_another_and_long_enough_that_nobody_guesses_it() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert {len(token) for token in tokens} == {TOKEN_GROUPS * (TOKEN_GROUP_LENGTH + 1) - 1}
    assert not set("".join(tokens)) & set("01ilo")


def test_a_name_twice_is_refused_and_a_new_token_makes_the_old_one_worthless(roster: Roster) -> None:
    old = roster.add("Ada")
    with pytest.raises(UsageError, match="--renew"):
        roster.add("ADA")
    new = Roster(roster.path).renew("ada")
    assert roster.verify("Ada", old) is None
    assert roster.verify("Ada", new) is not None


def test_a_learner_who_comes_back_has_the_same_record_and_no_other_does(roster: Roster) -> None:
    names = ["Ada", "Ada!", "Åda", "ada-", "李", "王", "../../etc", "A" * 100, "A" * 99]
    for name in names:
        roster.add(name)
    homes = {learner.name: roster.home(learner) for learner in roster.learners}
    assert len(set(homes.values())) == len(names)
    assert {home.parent for home in homes.values()} == {roster.path.with_name("class-records")}
    roster.remove("Ada")
    assert roster.find("Ada") is None
    roster.add("ADA")
    assert roster.home(roster.learners[-1]) == homes["Ada"]


def test_somebody_who_is_not_on_the_roster_is_told_the_nearest(roster: Roster) -> None:
    roster.add("Ada Lovelace")
    for change in (roster.renew, roster.remove):
        with pytest.raises(UsageError, match="did you mean 'Ada Lovelace'"):
            change("Ada Lovelase")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 2, "learners": []}',
        '{"version": 1}',
        '{"version": 1, "learners": [1]}',
        '{"version": 1, "learners": [{"name": "Ada"}]}',
        '{"version": 1, "learners": [{"name": "Ada", "salt": "xy", "hash": ""}]}',
        '{"version": 1, "learners": [{"name": "", "salt": "aa", "hash": "bb"}]}',
        '{"version": 1, "learners": {"name": 1}}',
        "\x00",
        pytest.param("[" * 100_000, id="deep"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_in_one_line_and_left_alone(roster: Roster, text: str) -> None:
    roster.path.write_text(text, encoding="utf-8")
    for use in (lambda: roster.verify("Ada", "x"), lambda: roster.add("Ada"), lambda: roster.learners):
        with pytest.raises(ChainruleError) as failed:
            use()
        assert str(roster.path) in str(failed.value)
        assert "\n" not in str(failed.value)
    assert roster.path.read_text("utf-8") == text


def test_a_change_of_the_file_is_seen(roster: Roster) -> None:
    roster.add("Ada")
    document = json.loads(roster.path.read_text("utf-8"))
    document["learners"].append(document["learners"][0] | {"name": "Grace"})
    roster.path.write_text(json.dumps(document), encoding="utf-8")
    assert [learner.name for learner in roster.learners] == ["Ada", "Grace"]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_after_so_many_wrong_attempts_the_next_must_wait_until_the_first_is_long_ago() -> None:
    clock = Clock()
    attempts = SignInLimiter(3, 60.0, clock)
    for _ in range(3):
        assert attempts.seconds_to_wait("ada") == 0
        attempts.count_wrong("ada")
        clock.now += 10
    assert attempts.seconds_to_wait("ada") == 30
    assert attempts.seconds_to_wait("grace") == 0
    clock.now += 30
    assert attempts.seconds_to_wait("ada") == 0
    attempts.count_wrong("ada")
    assert attempts.seconds_to_wait("ada") == 10
    attempts.forget("ada")
    assert attempts.seconds_to_wait("ada") == 0


def test_right_attempts_are_taken_back_and_a_flood_of_names_takes_no_more_room() -> None:
    attempts = SignInLimiter(2, 60.0, Clock())
    attempts.count_wrong("school")
    attempts.uncount_last("school")
    attempts.count_wrong("school")
    assert attempts.seconds_to_wait("school") == 0
    for number in range(MAX_KEYS + 10):
        attempts.count_wrong(number)
    assert len(attempts._wrong_times) == MAX_KEYS


def test_several_programs_change_one_roster_at_once_and_none_loses_what_another_added(roster: Roster) -> None:
    names = [f"Learner {number}" for number in range(8)]
    with ThreadPoolExecutor(4) as programs:
        tokens = list(programs.map(lambda name: Roster(roster.path).add(name), names))
    assert {learner.name for learner in roster.learners} == {*names}
    assert all(roster.verify(name, token) for name, token in zip(names, tokens, strict=True))


def test_two_servers_of_one_roster_keep_each_other_s_sign_ins(roster: Roster) -> None:
    roster.add("Ada")
    ada = roster.find("Ada")
    assert ada is not None
    one, two = Passes(roster.passes_path), Passes(roster.passes_path)
    shown = [each.give(ada) for each in (one, two)]
    one.save()
    two.save()
    third = one.give(ada)
    one.save()
    for server in (one, two, Passes(roster.passes_path)):
        assert [server.find(each) is not None for each in (*shown, third)] == [True] * 3
    two.end(shown[0])
    assert two.find(shown[0]) is None
    two.save()
    one.save()
    assert [each.find(shown[0]) for each in (one, two)] == [None, None]
    assert one.find(shown[1]) is not None
    one.end("nobody's")
    assert one.find(None) is None
    assert roster.path.with_name(".class-sign-ins.json.lock").stat().st_mode & 0o077 == 0


def test_sign_ins_hold_while_their_file_cannot_be_written(roster: Roster) -> None:
    roster.add("Ada")
    ada = roster.find("Ada")
    assert ada is not None
    roster.passes_path.mkdir()
    passes = Passes(roster.passes_path)
    shown = passes.give(ada)
    with pytest.raises((ChainruleError, UsageError)):
        passes.save()
    assert passes.find(shown) is not None
    roster.passes_path.rmdir()
    passes.save()
    assert Passes(roster.passes_path).find(shown) is not None
