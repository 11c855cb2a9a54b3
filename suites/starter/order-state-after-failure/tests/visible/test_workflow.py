import pytest

from orders import Declined


def test_a_declined_payment_leaves_the_order_new(workflow, outside, order):
    outside.down.add("charge")
    with pytest.raises(Declined):
        workflow.fire(order, "pay")
    assert order.state == "new"


def test_an_order_is_paid(workflow, order):
    assert workflow.fire(order, "pay") == "paid"
    assert order.history == ["new", "paid"]
