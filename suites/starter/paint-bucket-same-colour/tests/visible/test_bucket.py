from bucket import fill


def test_same_colour_changes_nothing():
    picture = [["red", "red"], ["red", "blue"]]
    assert fill(picture, 0, 0, "red") == 0
    assert picture == [["red", "red"], ["red", "blue"]]


def test_area_is_painted():
    picture = [["red", "red"], ["red", "blue"]]
    assert fill(picture, 0, 0, "green") == 3
    assert picture == [["green", "green"], ["green", "blue"]]
