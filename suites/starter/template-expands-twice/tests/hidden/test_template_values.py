import pytest

from mailer import MissingValue, fields, render


@pytest.mark.parametrize("order", [["a", "b"], ["b", "a"]])
def test_the_order_of_values_does_not_matter(order):
    values = {"a": "{{ b }}", "b": "{{a}}"}
    assert render("{{ a }} {{b}}", {name: values[name] for name in order}) == "{{ b }} {{a}}"


def test_a_value_may_hold_its_own_field():
    assert render("{{ a }}", {"a": "{{ a }}"}) == "{{ a }}"


def test_braces_and_backslashes_in_values_are_kept():
    assert render("{{ a }}|{{ b }}", {"a": r"\1 \n {}", "b": "}} {{ {x}"}) == r"\1 \n {}|}} {{ {x}"


def test_a_field_pieced_together_from_two_values():
    assert render("{{ open }} b }}", {"open": "{{", "b": "secret"}) == "{{ b }}"


def test_fields_may_repeat_and_values_may_be_numbers():
    assert render("{{n}}-{{ n }}", {"n": 3, "unused": None}) == "3-3"


def test_a_field_in_a_value_needs_no_value():
    assert render("{{ a }}", {"a": "{{ unknown }}"}) == "{{ unknown }}"


def test_all_missing_values_are_named():
    with pytest.raises(MissingValue, match="x, y"):
        render("{{ y }} {{ x }} {{ z }}", {"z": 1})


def test_fields():
    assert fields("{{ a }} {{b}} { c }") == {"a", "b"}
