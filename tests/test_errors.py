"""What is said of a name that nobody knows."""

from tutor.errors import clip, unknown_name_error


def test_an_unknown_name_gets_the_nearest_one() -> None:
    assert (
        str(unknown_name_error("lesson", "adm", ["adam", "node"])) == "there is no lesson 'adm'; did you mean 'adam'?"
    )


def test_few_names_are_all_listed_and_of_many_only_the_first() -> None:
    assert str(unknown_name_error("lesson", "zzz", ["adam", "node"])) == "there is no lesson 'zzz'; known: adam, node"
    said = str(unknown_name_error("question", "zzz", [f"question-{n}" for n in range(300)]))
    assert said.endswith("question-23 … (300 in all)")


def test_what_is_quoted_is_one_line_in_which_blanks_are_blanks() -> None:
    assert clip("[0,\u00a01]") == clip("[0,\u20091]") == clip("[0,\u202f1]") == "[0, 1]"
    assert clip("a\tb\nc\x1b") == "a·b·c␛"
    assert clip("x" * 61, 60) == "x" * 59 + "…"
