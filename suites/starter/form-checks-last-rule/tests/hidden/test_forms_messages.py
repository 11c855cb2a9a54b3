import pytest
from forms import Rule, build_checks, problems

RULES = {"name": Rule(1, 40), "nick": Rule(0, 8), "pin": Rule(4, 4)}


@pytest.mark.parametrize(("field", "text", "expected"), [
    ("name", "", "name needs at least 1 characters"),
    ("nick", "Bartholomew", "nick takes at most 8 characters"),
    ("nick", "", None),
    ("pin", "12345", "pin takes at most 4 characters"),
    ("name", "x" * 40, None),
])
def test_message_names_field_and_limit(field, text, expected):
    assert build_checks(RULES)[field](text) == expected


def test_whole_form():
    form = {"name": "", "nick": "Annabelle", "pin": "12"}
    assert problems(build_checks(RULES), form) == [
        "name needs at least 1 characters",
        "nick takes at most 8 characters",
        "pin needs at least 4 characters",
    ]


def test_good_form_has_no_problems():
    assert problems(build_checks(RULES), {"name": "Annabel", "nick": "Anna", "pin": "1234"}) == []


def test_missing_field_counts_as_empty():
    assert problems(build_checks(RULES), {"pin": "1234"}) == ["name needs at least 1 characters"]


def test_no_rules():
    assert build_checks({}) == {}
