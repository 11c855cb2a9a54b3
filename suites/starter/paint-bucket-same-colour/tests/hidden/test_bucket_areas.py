from bucket import fill


def rows(*lines):
    return [list(line) for line in lines]


def test_painting_twice():
    picture = rows("ab", "aa")
    assert [fill(picture, 0, 0, "c"), fill(picture, 0, 0, "c")] == [3, 0]
    assert picture == rows("cb", "cc")


def test_single_pixel_of_its_own_colour():
    assert fill([["a"]], 0, 0, "a") == 0


def test_single_pixel():
    picture = [["a"]]
    assert fill(picture, 0, 0, "b") == 1
    assert picture == [["b"]]


def test_corners_do_not_join_areas():
    picture = rows("ab", "ba")
    assert fill(picture, 0, 0, "c") == 1
    assert picture == rows("cb", "ba")


def test_neighbouring_area_of_the_new_colour_is_left():
    picture = rows("aab", "abb", "bba")
    assert fill(picture, 0, 0, "b") == 3
    assert picture == rows("bbb", "bbb", "bba")


def test_area_around_a_hole():
    picture = rows("aaa", "aba", "aaa")
    assert fill(picture, 1, 0, "c") == 8
    assert picture == rows("ccc", "cbc", "ccc")


def test_outside_the_picture():
    picture = rows("aa")
    assert [fill(picture, -1, 0, "b"), fill(picture, 0, 1, "b")] == [0, 0]
    assert picture == rows("aa")


def test_same_colour_in_a_large_area():
    picture = rows(*["a" * 60] * 60)
    assert fill(picture, 30, 30, "a") == 0
