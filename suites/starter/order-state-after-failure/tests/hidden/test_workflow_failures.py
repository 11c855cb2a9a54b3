import pytest

from orders import Declined, NotAllowed, Order, Workflow


def fail(workflow, order, event):
    with pytest.raises(Declined):
        workflow.fire(order, event)


def test_nothing_of_a_failed_event_is_left(workflow, outside, order):
    outside.down.add("charge")
    fail(workflow, order, "pay")
    assert order == Order(7, 1250)
    assert workflow.events(order) == ["cancel", "pay"]


def test_a_payment_can_be_tried_again(workflow, outside, order):
    outside.down.add("charge")
    fail(workflow, order, "pay")
    fail(workflow, order, "pay")
    outside.down.clear()
    assert workflow.fire(order, "pay") == "paid"
    assert order.history == ["new", "paid"]
    assert order.notes == ["charging 1250", "charge ok"]


def test_a_parcel_service_that_is_down(workflow, outside, order):
    workflow.fire(order, "pay")
    notes = list(order.notes)
    outside.down.add("ship")
    fail(workflow, order, "ship")
    assert (order.state, order.history, order.notes) == ("paid", ["new", "paid"], notes)


def test_nothing_is_refunded_after_a_failed_payment(workflow, outside, order):
    outside.down.add("charge")
    fail(workflow, order, "pay")
    assert workflow.fire(order, "cancel") == "cancelled"
    assert ("refund", 1250) not in outside.calls


def test_a_failed_refund_leaves_the_order_paid(workflow, outside, order):
    workflow.fire(order, "pay")
    outside.down.add("refund")
    fail(workflow, order, "cancel")
    assert order.state == "paid"
    outside.down.clear()
    workflow.fire(order, "cancel")
    assert order.history == ["new", "paid", "cancelled"]


def test_any_failure_counts(order):
    class Broken:
        def charge(self, cents):
            raise OSError("no network")

    with pytest.raises(OSError, match="no network"):
        Workflow(Broken()).fire(order, "pay")
    assert order == Order(7, 1250)


def test_the_whole_way(workflow, outside, order):
    assert [workflow.fire(order, event) for event in ("pay", "ship", "deliver")] == ["paid", "shipped", "delivered"]
    assert workflow.events(order) == []
    assert outside.calls == [("charge", 1250), ("ship", 7)]


def test_events_that_do_not_fit(workflow, order):
    with pytest.raises(NotAllowed, match="cannot ship an order that is new"):
        workflow.fire(order, "ship")
    assert order == Order(7, 1250)
