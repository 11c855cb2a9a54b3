import pytest
from appconfig.loader import load, lookup


def test_layers_are_merged_table_by_table():
    settings = load('{"log": {"file": "a.log"}}', '{"log": {"rotate": {"keep": 1}}}')
    assert settings["log"] == {"level": "info", "file": "a.log", "rotate": {"megabytes": 10, "keep": 1}}


def test_list_is_replaced():
    assert load('{"plugins": ["extra"]}')["plugins"] == ["extra"]


def test_table_may_be_replaced_by_a_value():
    assert load('{"mail": null}')["mail"] is None


def test_unknown_path():
    with pytest.raises(KeyError):
        lookup(load(), "mail.password")
