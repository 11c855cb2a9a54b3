import copy

import pytest

from headers import HeaderName, Headers


def test_a_set_holds_equal_names_once():
    assert len({HeaderName(text) for text in ("ETag", "Etag", "etag", "ETAG", "Vary")}) == 2


def test_the_spelling_of_the_first_is_kept():
    headers = Headers()
    headers.set("ETag", "1")
    headers.set("etag", "2")
    headers.add("ETAG", "3")
    assert list(headers.lines()) == ["ETag: 2", "ETag: 3"]
    assert headers.get("eTag") == "2, 3"


def test_names_are_shown_as_written():
    name = HeaderName("WWW-Authenticate")
    assert (str(name), repr(name), name.text) == (
        "WWW-Authenticate",
        "HeaderName('WWW-Authenticate')",
        "WWW-Authenticate",
    )


def test_a_header_is_removed_whatever_its_case():
    headers = Headers()
    headers.set("Vary", "a")
    assert headers.remove("VARY")
    assert not headers.remove("Vary")
    assert list(headers.lines()) == []


def test_other_names_and_other_things_differ():
    assert HeaderName("Accept") != HeaderName("Accept-Charset")
    assert HeaderName("Accept") != "Accept"
    assert HeaderName("A_B") != HeaderName("A-B")


def test_a_copy_is_equal_and_found():
    name = HeaderName("Accept")
    assert copy.copy(name) in {name}
    assert copy.deepcopy(name) in {HeaderName("ACCEPT")}


@pytest.mark.parametrize("text", ["", "a b", "a:", "a\n", "ü"])
def test_what_is_no_name(text):
    with pytest.raises(ValueError, match="Not the name"):
        HeaderName(text)


def test_names_do_not_change():
    with pytest.raises(AttributeError):
        HeaderName("a").text = "b"
