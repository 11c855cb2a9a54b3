from table import render


def test_japanese_cells_take_two_columns_a_character():
    text = render(["city", "people"], [["Berlin", "3.7"], ["東京", "14.0"]], right=[1])
    assert text.splitlines() == [
        "city   | people",
        "-------+-------",
        "Berlin |    3.7",
        "東京   |   14.0",
    ]


def test_plain_cells():
    text = render(["a", "b"], [["one", "1"], ["two", "22"]], right=[1])
    assert text.splitlines() == ["a   |  b", "----+---", "one |  1", "two | 22"]
