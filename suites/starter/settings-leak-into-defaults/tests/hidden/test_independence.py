from appconfig.loader import load, lookup


def test_nested_settings_stay_out_of_the_next_load():
    load('{"log": {"level": "debug"}}')
    assert lookup(load("{}"), "log.level") == "info"


def test_deeply_nested_settings_stay_out_of_the_next_load():
    load('{"log": {"rotate": {"keep": 99}}}')
    assert lookup(load("{}"), "log.rotate") == {"megabytes": 10, "keep": 5}


def test_new_names_stay_out_of_the_next_load():
    load('{"mail": {"user": "ada"}, "theme": "dark"}')
    again = load()
    assert again["mail"] == {"host": "localhost", "port": 25}
    assert "theme" not in again


def test_changing_loaded_settings_changes_nothing_else():
    settings = load("{}")
    settings["plugins"].append("spell")
    settings["mail"]["port"] = 587
    again = load("{}")
    assert (again["plugins"], again["mail"]["port"]) == (["core"], 25)


def test_earlier_settings_keep_their_values():
    first = load('{"mail": {"port": 465}}')
    load('{"mail": {"port": 2525}}')
    assert first["mail"] == {"host": "localhost", "port": 465}
