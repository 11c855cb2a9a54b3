from bus import Bus


def test_many_one_time_listeners():
    bus, heard = Bus(), []
    for name in "abcd":
        bus.subscribe_once("go", lambda event, name=name: heard.append(name + event))
    assert bus.publish("go", "1") == 4
    assert heard == ["a1", "b1", "c1", "d1"]
    assert bus.publish("go", "2") == 0


def test_order_of_subscription_is_kept():
    bus, heard = Bus(), []
    bus.subscribe("go", lambda event: heard.append("first"))
    bus.subscribe_once("go", lambda event: heard.append("second"))
    bus.subscribe("go", lambda event: heard.append("third"))
    bus.publish("go", None)
    bus.publish("go", None)
    assert heard == ["first", "second", "third", "first", "third"]


def test_listener_that_removes_itself():
    bus, heard = Bus(), []

    def leave(event):
        heard.append("leave")
        bus.unsubscribe("go", leave)

    bus.subscribe("go", leave)
    bus.subscribe("go", lambda event: heard.append("stay"))
    bus.publish("go", None)
    bus.publish("go", None)
    assert heard == ["leave", "stay", "stay"]


def test_listener_subscribed_twice_is_called_twice():
    bus, heard = Bus(), []
    bus.subscribe("go", heard.append)
    bus.subscribe("go", heard.append)
    assert bus.publish("go", 1) == 2
    bus.unsubscribe("go", heard.append)
    assert bus.publish("go", 2) == 1
    assert heard == [1, 1, 2]


def test_nested_publishing_reaches_everybody():
    bus, heard = Bus(), []
    bus.subscribe_once("go", lambda event: bus.publish("go", "inner"))
    bus.subscribe("go", heard.append)
    bus.publish("go", "outer")
    assert heard == ["inner", "outer"]


def test_topics_are_separate():
    bus, heard = Bus(), []
    bus.subscribe("go", heard.append)
    assert bus.publish("stop", 1) == 0
    assert heard == []


def test_unknown_listener_can_be_removed():
    bus = Bus()
    bus.unsubscribe("go", print)
    assert bus.publish("go", 1) == 0
