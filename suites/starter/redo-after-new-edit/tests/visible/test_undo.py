def test_nothing_to_redo_after_typing(hello):
    hello.type("!")
    assert hello.redo() is False
    assert hello.content == "hello!"


def test_redo_after_undo(hello):
    assert hello.redo() is True
    assert hello.content == "hello world"
