def test_raised_task_is_next(board):
    board.prioritise("roof", 0)
    assert board.next_task() == "roof"


def test_tasks_in_order_of_priority(board):
    assert [board.next_task(), board.next_task()] == ["mow", "paint"]
