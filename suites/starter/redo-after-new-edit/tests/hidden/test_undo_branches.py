from editor import Document


def test_nothing_to_redo_after_erasing(hello):
    hello.erase(0, 2)
    assert not hello.can_redo
    assert hello.redo() is False
    assert hello.content == "llo"


def test_nothing_to_redo_after_replacing(hello):
    assert hello.replace("l", "L") == 2
    assert not hello.can_redo
    assert hello.content == "heLLo"


def test_the_new_edit_can_be_undone_and_redone(hello):
    hello.type("!")
    assert hello.undo() is True
    assert hello.content == "hello"
    assert hello.redo() is True
    assert hello.content == "hello!"
    assert hello.redo() is False


def test_old_edits_do_not_come_back_after_undoing_the_new_one(hello):
    hello.type("!")
    hello.undo()
    hello.undo()
    assert (hello.content, hello.can_undo) == ("", False)
    assert [hello.redo(), hello.redo(), hello.redo()] == [True, True, False]
    assert hello.content == "hello!"


def test_an_edit_that_changes_nothing_keeps_the_redo(hello):
    hello.type("")
    hello.erase(3, 3)
    assert hello.can_redo
    hello.redo()
    assert hello.content == "hello world"


def test_several_undone_edits_are_redone_in_order():
    document = Document("x")
    for text in "abc":
        document.type(text, at=0)
    assert [document.undo() for _ in range(4)] == [True, True, True, False]
    assert [document.redo() for _ in range(3)] == [True, True, True]
    assert document.content == "cbax"


def test_the_limit_counts_edits_that_can_be_undone():
    document = Document(undo_limit=2)
    for text in "abc":
        document.type(text)
    document.undo()
    document.type("d")
    assert [document.undo(), document.undo(), document.undo()] == [True, True, False]
    assert document.content == "a"


def test_undo_all_then_start_again():
    document = Document()
    document.type("a")
    document.type("b")
    document.undo()
    document.undo()
    document.type("z")
    assert (document.content, document.can_redo) == ("z", False)
