import pytest
from taskboard.board import Board


@pytest.fixture
def board():
    board = Board()
    for priority, title in enumerate(["mow", "paint", "roof", "fence", "gate"], start=1):
        board.add(title, priority)
    return board


@pytest.fixture
def drain():
    def take_all(board, most=20):
        titles = []
        while len(titles) < most and (title := board.next_task()) is not None:
            titles.append(title)
        return titles

    return take_all
