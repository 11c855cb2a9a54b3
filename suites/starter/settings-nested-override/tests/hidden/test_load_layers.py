from settings import load


def test_sections_within_sections(load_file):
    database = load_file({"database": {"pool": {"size": 9}}})["database"]
    assert database == {"host": "localhost", "port": 5432, "pool": {"size": 9, "timeout": 30}}


def test_the_environment_wins_over_the_file(load_file):
    content = {"database": {"port": 1, "pool": {"size": 2}}}
    environment = {"APP_DATABASE__PORT": "6000", "APP_DATABASE__POOL__TIMEOUT": "5", "PATH": "/bin"}
    database = load_file(content, environment)["database"]
    assert database == {"host": "localhost", "port": 6000, "pool": {"size": 2, "timeout": 5}}


def test_a_file_does_not_change_the_defaults(load_file):
    load_file({"database": {"host": "other", "pool": {"size": 99}}, "mail": {"tls": False}})
    fresh = load()
    assert fresh["database"] == {"host": "localhost", "port": 5432, "pool": {"size": 5, "timeout": 30}}
    assert fresh["mail"]["tls"] is True


def test_settings_can_be_changed_without_changing_the_defaults():
    first = load()
    first["database"]["pool"]["size"] = 0
    first["mail"]["sender"] = "me"
    assert load()["database"]["pool"]["size"] == 5
    assert load()["mail"]["sender"] == "noreply@example.org"


def test_a_section_may_be_switched_off(load_file):
    assert load_file({"mail": None})["mail"] is None


def test_a_section_may_come_back_after_being_off(load_file):
    assert load_file({"mail": None}, {"APP_MAIL__TLS": "true"})["mail"] == {"tls": True}


def test_new_sections_and_falsy_values_are_taken(load_file):
    settings = load_file({"cache": {"ttl": 0}, "database": {"port": 0}, "debug": True})
    assert settings["cache"] == {"ttl": 0}
    assert settings["database"]["port"] == 0
    assert settings["debug"] is True
