import pytest
from catalogue import Category


@pytest.fixture
def shop():
    rye = Category("rye", "Rye")
    hard = Category("hard", "Hard", [Category("parmesan", "Parmesan"), Category("sbrinz", "Sbrinz")])
    cheese = Category("cheese", "Cheese", [Category("soft", "Soft"), hard])
    return Category("shop", "Shop", [
        Category("bread", "Bread", [rye, Category("wheat", "Wheat")]),
        Category("dairy", "Dairy", [Category("milk", "Milk"), cheese]),
        Category("fish", "Fish"),
    ])
