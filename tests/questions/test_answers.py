import math
import unicodedata
from fractions import Fraction
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.questions.base import Unreadable
from tutor.reading.numbers import read_number
from tutor.reading.outcome import NumberRead
from tutor.text.numbers import format_number

STEADY = settings(derandomize=True, deadline=None, max_examples=500)


def value(text: str, unit: str = "") -> Fraction:
    read = read_number(text, unit)
    assert isinstance(read, NumberRead), f"{text!r}: {read}"
    return read.value


def advice(text: str, unit: str = "") -> str:
    read = read_number(text, unit)
    assert isinstance(read, Unreadable), f"{text!r}: {read}"
    assert "\n" not in read.advice
    return read.advice


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,228,800", "1228800"),
        ("1 228 800", "1228800"),
        ("1\u202f228\u00a0800", "1228800"),
        ("1_228_800", "1228800"),
        ("1'228'800", "1228800"),
        ("1’228’800", "1228800"),
        ("12,34,567", "1234567"),
        ("16,000", "16000"),
        ("1,000,000.5", "1000000.5"),
        ("12 345.678 901 2", "12345.6789012"),
        (".5", "0.5"),
        ("4.", "4"),
        ("007", "7"),
        ("1/2", "0.5"),
        ("-5/4", "-1.25"),
        ("1 / -4", "-0.25"),
        ("1.5/2", "0.75"),
        ("9/3", "3"),
        ("2 1/2", "2.5"),
        ("-2 1/2", "-2.5"),
        ("1 000/4", "250"),
        ("½", "0.5"),
        ("2½", "2.5"),
        ("2 ½", "2.5"),
        ("−12 ¾", "-12.75"),
        ("1⁄2", "0.5"),
        ("12%", "0.12"),
        ("12.5 %", "0.125"),
        ("-50%", "-0.5"),
        ("½%", "0.005"),
        ("120％", "1.2"),
        ("3e8", "300000000"),
        ("3E+8", "300000000"),
        ("1e-3", "0.001"),
        ("1e−3", "0.001"),
        ("3×10⁸", "300000000"),
        ("3 × 10⁸", "300000000"),
        ("6.02·10²³", "602000000000000000000000"),
        ("1.6×10⁻³", "0.0016"),
        ("3*10^8", "300000000"),
        ("3*10**8", "300000000"),
        ("3x10^8", "300000000"),
        ("-1.6*10^(-3)", "-0.0016"),
        ("10^-3", "0.001"),
        ("2^10", "1024"),
        ("2¹⁰", "1024"),
        ("−4", "-4"),
        ("–4", "-4"),
        ("- 4", "-4"),
        ("+4", "4"),
        ("１２．５", "12.5"),
        ("(5)", "5"),
        ("= 5", "5"),
        ("≈0.33", "0.33"),
        (r"\frac{1}{4}", "0.25"),
        (r"-\frac{5}{4}", "-1.25"),
        (r"\dfrac{-5}{4}", "-1.25"),
        (r"2\frac{1}{2}", "2.5"),
        (r"$3 \times 10^{8}$", "300000000"),
        (r"1{,}228{,}800", "1228800"),
        (r"12\%", "0.12"),
        ("sqrt(4)/2", "1"),
        ("√9", "3"),
        (r"\sqrt{16}", "4"),
        ("3/10^2", "0.03"),
        ("  42\n", "42"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, expected: str) -> None:
    assert value(text) == Fraction(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16,5", "16.5"),
        ("0,125", "0.125"),
        (",5", "0.5"),
        ("1,2345", "1.2345"),
        ("1234,567", "1234.567"),
        ("16.500,00", "16500"),
        ("1.234.567", "1234567"),
        ("5 000,25", "5000.25"),
        ("1,5e3", "1500"),
        ("1,5*10^3", "1500"),
        ("-0,5", "-0.5"),
    ],
)
def test_a_comma_is_a_decimal_mark_where_it_can_part_no_thousands(text: str, expected: str) -> None:
    assert value(text) == Fraction(expected)


@pytest.mark.parametrize("text", ["1,234,56", "1, 2", "1 2", "1,,2", "0,125,000", "1_2", "0.5 100", "1.2.3"])
def test_marks_that_can_mean_two_things_are_asked_about(text: str) -> None:
    assert "more than one way" in advice(text)
    assert "decimal point" in advice(text)


def test_a_single_mark_keeps_its_other_reading() -> None:
    assert read_number("1,234") == NumberRead(Fraction(1234), Fraction("1.234"))
    assert read_number("-1,234") == NumberRead(Fraction(-1234), Fraction("-1.234"))
    assert read_number("1.234") == NumberRead(Fraction("1.234"), Fraction(1234))
    assert read_number("0.234") == NumberRead(Fraction("0.234"))
    assert read_number("1,234,567") == NumberRead(Fraction(1234567))


def test_a_mixed_number_that_could_be_a_thousands_space_is_asked_about() -> None:
    assert "two ways" in advice("1 228/300")
    assert "mixed number" in advice("2 3/2")


def test_roots_are_read_to_forty_digits() -> None:
    half_root = value("sqrt(2)/2")
    assert abs(half_root**2 - Fraction(1, 2)) < Fraction(1, 10**40)
    assert value("2*sqrt(3)/3") == pytest.approx(2 / math.sqrt(3), rel=1e-15)
    assert value("1/√2") == pytest.approx(math.sqrt(0.5), rel=1e-15)


@pytest.mark.parametrize("text", ["nan", "-inf", "NaN", "infinity", "∞", "−∞"])
def test_what_is_not_finite_is_refused(text: str) -> None:
    assert "finite" in advice(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Type one number"),
        ("   ", "Type one number"),
        ("yes", "Type one number"),
        ("5 cm", "Write only the number: 5."),
        ("1.5e3.2", "Type one number"),
        ("__import__('os')", "Type one number"),
        ("True", "Type one number"),
        ("1+2j", "Type one number"),
        ("5:17", "with a stroke: 5/17"),
        ("2.5mm", "only the number: 2.5."),
        ("32.8k", "in digits"),
        ("32.8 thousand", "in digits"),
        ("5<5", "comparison"),
        ("9**9**9", "too large"),
        ("<0.25", "Leave out the < sign"),
        (">= 3", "Leave out the >= sign"),
        ("1/0", "divided by zero"),
        ("0^-1", "ivision by zero"),
        ("(1+2", "put a ) at its end"),
        ("(1+2))", "a ')' too many"),
        ("--5", "two signs"),
        (".", "Type one number"),
        ("%", "Type one number"),
        ("$5", "'$' has no place"),
        ("1＿2", "more than one way"),
        ("1" * 41, "at most 40 digits"),
        ("1" * 1_000_000, "at most 200 characters"),
        ("(" * 100 + "1", "60 deep"),
        ("1e400", "out of range"),
        ("9e308", "too large"),
        ("10^309", "too large"),
        ("1\x002", "invisible character"),
        ("1\u200b2", "zero width space"),
        ("\u200f4", "right-to-left mark"),
        ("1\u202e2", "right-to-left override"),
        ("1\t2", "more than one way"),
    ],
)
def test_what_is_no_number_gets_advice(text: str, says: str) -> None:
    assert says in advice(text)


def test_the_unit_of_the_question_may_follow() -> None:
    assert value("600,000 multiplications", "multiplications") == 600_000
    assert value("600000 Multiplication", "multiplications") == 600_000
    assert value("5ms", "ms") == 5
    assert value("5", "ms") == 5
    assert value("12%", "%") == 12
    assert "Write only the number: 5." in advice("5 s", "ms")
    assert "number" in advice("ms", "ms")


@STEADY
@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    read = read_number(text)
    assert isinstance(read, NumberRead) or "\n" not in read.advice


@STEADY
@given(st.text("0123456789 .,_'eE+-−×*^/%()½⁸√", max_size=40))
def test_no_text_of_digits_and_marks_raises_or_takes_long(text: str) -> None:
    begun = process_time()
    read = read_number(text)
    assert process_time() - begun < 5
    assert isinstance(read, NumberRead) or read.advice


@STEADY
@given(st.integers(-(10**30), 10**30))
def test_a_shown_whole_number_reads_back(number: int) -> None:
    assert value(format_number(number)) == number
    assert value(str(number)) == number
    assert value(f"{number:,}".replace(",", " ")) == number


@STEADY
@given(st.floats(-1e300, 1e300, allow_subnormal=False))
def test_a_shown_number_reads_back_to_six_figures(number: float) -> None:
    read = value(format_number(number))
    assert abs(read - Fraction(number)) <= abs(Fraction(number)) * Fraction(1, 10**5)


@STEADY
@given(st.floats(-1e300, 1e300, allow_subnormal=False))
def test_digits_are_read_in_decimal_without_rounding(number: float) -> None:
    assert value(repr(number)) == Fraction(repr(number))


@STEADY
@given(st.fractions(max_denominator=10**9))
def test_a_fraction_reads_back(number: Fraction) -> None:
    assert value(f"{number.numerator}/{number.denominator}") == number


def test_every_vulgar_fraction_is_read() -> None:
    for character in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒":
        assert float(value(f"7{character}")) == pytest.approx(7 + unicodedata.numeric(character))
