"""What is said of a name that nobody knows."""

from tutor.errors import unknown_name_error


def test_an_unknown_name_gets_the_nearest_one() -> None:
    assert (
        str(unknown_name_error("lesson", "adm", ["adam", "node"])) == "there is no lesson 'adm'; did you mean 'adam'?"
    )


def test_few_names_are_all_listed_and_of_many_only_the_first() -> None:
    assert str(unknown_name_error("lesson", "zzz", ["adam", "node"])) == "there is no lesson 'zzz'; known: adam, node"
    said = str(unknown_name_error("question", "zzz", [f"question-{n}" for n in range(300)]))
    assert said.endswith("question-23 … (300 in all)")
