def test_one_key_of_a_section_leaves_the_others(load_file):
    database = load_file({"database": {"host": "db.internal"}})["database"]
    assert database["host"] == "db.internal"
    assert database["port"] == 5432


def test_a_list_replaces_the_default(load_file):
    assert load_file({"plugins": ["feed"]})["plugins"] == ["feed"]
