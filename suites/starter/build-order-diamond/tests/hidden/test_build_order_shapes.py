import pytest

from buildorder import CycleError, build_order, stages


@pytest.mark.parametrize(
    "needs",
    [
        {},
        {"a": []},
        {"a": ["b"]},
        {"c": ["b", "a"], "b": ["a"], "a": []},
        {"app": ["x", "y", "z"], "x": ["base"], "y": ["base"], "z": ["x", "y", "base"]},
        {"one": ["shared"], "two": ["shared"], "three": ["one", "two", "shared"]},
    ],
)
def test_every_part_comes_after_what_it_needs(needs, assert_valid):
    assert_valid(build_order(needs), needs)


@pytest.mark.parametrize(
    "needs",
    [
        {"a": ["a"]},
        {"a": ["b"], "b": ["c"], "c": ["a"]},
        {"start": ["a"], "a": ["b"], "b": ["c", "leaf"], "c": ["a"], "leaf": []},
        {"ok": ["leaf"], "leaf": [], "x": ["leaf", "y"], "y": ["x"]},
    ],
)
def test_cycles_are_refused(needs):
    with pytest.raises(CycleError):
        build_order(needs)


def test_a_grid_of_shared_parts_is_quick():
    needs = {f"{row}.{side}": [f"{row + 1}.0", f"{row + 1}.1"] for row in range(40) for side in (0, 1)}
    assert len(build_order(needs)) == 82


def test_stages_of_a_diamond():
    needs = {"web": ["api", "auth"], "api": ["db"], "auth": ["db"]}
    assert stages(needs) == [["db"], ["api", "auth"], ["web"]]
