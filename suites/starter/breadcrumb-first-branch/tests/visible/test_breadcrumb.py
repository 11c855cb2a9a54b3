from catalogue import breadcrumb


def test_second_top_category(shop):
    assert breadcrumb(shop, "dairy") == "Dairy"


def test_first_branch(shop):
    assert breadcrumb(shop, "rye") == "Bread › Rye"
