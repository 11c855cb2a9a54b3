from tail import lines


def test_a_character_may_be_cut():
    assert list(lines([b"Gr\xc3", b"\xbc\xc3\x9fe\n"])) == ["Grüße"]


def test_a_line_may_be_cut():
    assert list(lines([b"one\ntw", b"o\nthree"])) == ["one", "two", "three"]
