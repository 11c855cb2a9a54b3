import pytest

from mailer import MissingValue, render


def test_values_are_not_expanded():
    text = render(
        "You wrote: {{ comment }} -- {{ signature }}",
        {"comment": "{{ signature }}!", "signature": "Your Team"},
    )
    assert text == "You wrote: {{ signature }}! -- Your Team"


def test_a_field_without_value_is_an_error():
    with pytest.raises(MissingValue):
        render("Dear {{ name }}", {})
