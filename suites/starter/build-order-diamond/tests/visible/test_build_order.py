import pytest

from buildorder import CycleError, build_order


def test_a_part_may_be_needed_twice(assert_valid):
    needs = {"web": ["api", "auth"], "api": ["db"], "auth": ["db"], "db": []}
    assert_valid(build_order(needs), needs)


def test_two_parts_that_need_each_other_are_refused():
    with pytest.raises(CycleError):
        build_order({"a": ["b"], "b": ["a"]})
