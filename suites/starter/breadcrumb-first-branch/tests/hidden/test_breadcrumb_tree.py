import pytest
from catalogue import Category, breadcrumb, path_to


@pytest.mark.parametrize(("slug", "expected"), [
    ("wheat", "Bread › Wheat"),
    ("milk", "Dairy › Milk"),
    ("hard", "Dairy › Cheese › Hard"),
    ("sbrinz", "Dairy › Cheese › Hard › Sbrinz"),
    ("fish", "Fish"),
])
def test_every_branch_is_searched(shop, slug, expected):
    assert breadcrumb(shop, slug) == expected


def test_unknown_category_has_no_way(shop):
    assert path_to(shop, "toys") == []


def test_root_is_its_own_way(shop):
    assert path_to(shop, "shop") == [shop]


def test_way_starts_at_the_root(shop):
    assert [category.slug for category in path_to(shop, "soft")] == ["shop", "dairy", "cheese", "soft"]


def test_tree_of_one():
    assert breadcrumb(Category("shop", "Shop"), "rye") == ""
