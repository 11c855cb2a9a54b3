import pytest

from accounts import NameTaken


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Jose\u0301", "JOS\u00c9"),
        ("stra\u00dfe", "STRASSE"),
        ("\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2", "\u03a3\u038a\u03a3\u03a5\u03a6\u039f\u03a3"),
        ("\u1eb9\u0301", "e\u0323\u0301"),
    ],
    ids=["accent and case", "sharp s", "final sigma", "two marks"],
)
def test_names_that_are_the_same_are_taken(registry, first, second):
    account = registry.add(first)
    assert registry.find(second) == account
    with pytest.raises(NameTaken):
        registry.add(second)


@pytest.mark.parametrize(("first", "second"), [("Jose", "Jos\u00e9"), ("Ole", "\u00d8le"), ("ab", "a b")])
def test_names_that_differ_are_free(registry, first, second):
    registry.add(first)
    assert registry.find(second) is None
    assert registry.add(second).number == 2


def test_the_name_is_shown_as_typed(registry):
    assert registry.add(" Stra\u00dfe  Nord ").name == "Stra\u00dfe Nord"
    assert registry.find("strasse nord").name == "Stra\u00dfe Nord"
