from headers import HeaderName, Headers


def test_equal_names_find_each_other():
    assert {HeaderName("Content-Type"): "text/html"}[HeaderName("content-type")] == "text/html"


def test_a_header_is_sent_as_written():
    headers = Headers()
    headers.set("X-Total", "7")
    assert list(headers.lines()) == ["X-Total: 7"]
