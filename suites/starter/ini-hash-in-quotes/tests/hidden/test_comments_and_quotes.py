import pytest

from inifile import ParseError, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"#a" # the "real" one', "#a"),
        ('"a # b # c"', "a # b # c"),
        ('"plain" # a "quoted # word"', "plain"),
        ("bare#comment", "bare"),
        ('"" # nothing', ""),
        ("yes# on", True),
    ],
)
def test_values_with_comments(value_of, text, value):
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"say \"#1\"" # escaped', 'say "#1"'),
        (r'"C:\\" # a backslash at the end, then "quotes"', "C:\\"),
        (r'"\\\"#" # both', '\\"#'),
    ],
)
def test_escaped_quotes_do_not_end_the_text(value_of, text, value):
    assert value_of(text) == value


def test_comments_on_their_own_and_behind_sections():
    text = '# top "of\n[a] # first\n  # indented\nx = 1\n\n[b]#second\n'
    assert parse(text).as_dict() == {"a": {"x": 1}, "b": {}}


def test_a_quote_does_not_reach_into_the_next_line():
    assert parse('a = "open # text\nb = 2 # two\n').get("", "b") == 2


def test_a_line_that_is_no_setting():
    with pytest.raises(ParseError, match="Line 2"):
        parse('a = 1\n"#" # nothing\n')
