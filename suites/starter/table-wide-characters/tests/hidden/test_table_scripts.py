from table import render


def test_the_widest_cell_may_be_the_wide_one():
    assert render(["x", "y"], [["東京都庁", "1"], ["ab", "2"]]).splitlines() == [
        "x        | y",
        "---------+--",
        "東京都庁 | 1",
        "ab       | 2",
    ]


def test_accented_latin_takes_one_column():
    assert render(["Übergröße", "n"], [["é", "1"], ["ab", "2"]]).splitlines()[1:] == [
        "----------+--",
        "é         | 1",
        "ab        | 2",
    ]


def test_cyrillic_and_greek_take_one_column():
    assert render(["a", "n"], [["Москва", "1"], ["Αθήνα", "2"]]).splitlines()[2:] == ["Москва | 1", "Αθήνα  | 2"]


def test_korean_takes_two_columns():
    assert render(["a", "n"], [["서울", "1"], ["abcde", "2"]]).splitlines()[2:] == ["서울  | 1", "abcde | 2"]


def test_full_width_latin_takes_two_columns():
    assert render(["a", "n"], [["ＡＢ", "1"], ["abcde", "2"]]).splitlines()[2:] == ["ＡＢ  | 1", "abcde | 2"]


def test_wide_header_aligned_to_the_right():
    assert render(["n", "人口"], [["a", "7"], ["b", "12345"]], right=[1]).splitlines() == [
        "n |  人口",
        "--+------",
        "a |     7",
        "b | 12345",
    ]


def test_mixed_cells():
    assert render(["a", "n"], [["A東B", "1"], ["x", "2"]]).splitlines()[2:] == ["A東B | 1", "x    | 2"]
