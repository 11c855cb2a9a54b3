from appconfig.loader import load


def test_settings_of_one_load_stay_out_of_the_next():
    first = load('{"debug": true}')
    second = load("{}")
    assert (first["debug"], second["debug"]) == (True, False)


def test_later_text_wins():
    assert load('{"language": "de"}', '{"language": "fr"}')["language"] == "fr"
