from inifile import parse


def test_a_hash_in_quotes_is_no_comment():
    text = '[theme]\naccent = "#ff8800"     # orange\n[chat]\nchannel = "#ops"\n'
    assert parse(text).as_dict() == {"theme": {"accent": "#ff8800"}, "chat": {"channel": "#ops"}}


def test_a_comment_after_a_bare_value(value_of):
    assert value_of("8080 # the usual one") == 8080
