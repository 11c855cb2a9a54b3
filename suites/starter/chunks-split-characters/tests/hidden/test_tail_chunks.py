import pytest

from tail import lines, matching

TEXT = "Grüße\r\n東京 café\n\n😀 done\nno end: ß"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_chunks_of_any_size(cut, size):
    assert list(lines(cut(TEXT.encode(), size))) == ["Grüße", "東京 café", "", "😀 done", "no end: ß"]


def test_lines_come_as_soon_as_they_are_complete():
    taken = []

    def chunks():
        for chunk in (b"\xc3", b"\xbc\nab", b"c\n"):
            taken.append(chunk)
            yield chunk

    stream = lines(chunks())
    assert next(stream) == "ü"
    assert len(taken) == 2
    assert next(stream) == "abc"


def test_bytes_that_are_no_text_are_an_error():
    with pytest.raises(UnicodeDecodeError):
        list(lines([b"ok\n", b"\xff\xfe\n"]))


def test_a_character_that_never_ends_is_an_error():
    with pytest.raises(UnicodeDecodeError):
        list(lines([b"ok\n", b"half \xc3"]))


def test_the_lines_before_an_error_come_out():
    stream = lines([b"fine\n", b"\xff\n"])
    assert next(stream) == "fine"


def test_only_line_feeds_end_lines():
    data = "a\u2028b\x0bc\x85d\re\n".encode()
    assert list(lines([data[:3], data[3:]])) == ["a\u2028b\x0bc\x85d\re"]


def test_empty_chunks_mean_nothing():
    assert list(lines([b"", b"\xe2", b"", b"\x82\xac", b""])) == ["€"]
    assert list(lines([])) == []


def test_matching_lines(cut):
    data = "Straße 1\nWeg 2\nSTRASSE 3".encode()
    assert list(matching(cut(data, 6), "strasse")) == [(1, "Straße 1"), (3, "STRASSE 3")]
