def test_changing_between_takes(board, drain):
    assert board.next_task() == "mow"
    board.prioritise("gate", 0)
    assert board.next_task() == "gate"
    board.prioritise("paint", 9)
    assert drain(board) == ["roof", "fence", "paint"]


def test_title_can_be_added_again_after_its_task_was_done(board, drain):
    board.prioritise("mow", 8)
    drain(board)
    board.add("mow", 1)
    assert drain(board) == ["mow"]


def test_empty_board_stays_empty(board, drain):
    board.prioritise("roof", 0)
    drain(board)
    assert (board.next_task(), board.waiting()) == (None, [])
