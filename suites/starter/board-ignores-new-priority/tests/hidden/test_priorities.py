import pytest


def test_raised_task_is_done_once(board, drain):
    board.prioritise("roof", 0)
    assert drain(board) == ["roof", "mow", "paint", "fence", "gate"]


def test_lowered_task_goes_last(board, drain):
    board.prioritise("mow", 9)
    assert drain(board) == ["paint", "roof", "fence", "gate", "mow"]


def test_task_changed_several_times(board, drain):
    for priority in (0, 9, 0, 4):
        board.prioritise("mow", priority)
    assert drain(board) == ["paint", "roof", "mow", "fence", "gate"]


def test_task_keeps_its_age(board, drain):
    board.prioritise("gate", 2)
    board.prioritise("paint", 3)
    board.prioritise("paint", 2)
    assert drain(board) == ["mow", "paint", "gate", "roof", "fence"]


def test_order_of_the_list_is_the_order_of_work(board, drain):
    board.prioritise("gate", 1)
    board.prioritise("mow", 4)
    listed = [title for title, _ in board.waiting()]
    assert drain(board) == listed


def test_unknown_task(board):
    with pytest.raises(KeyError):
        board.prioritise("pool", 1)
