from bus import Bus


def test_listener_after_a_one_time_listener_is_called():
    bus, mail, statistics = Bus(), [], []
    bus.subscribe_once("signup", mail.append)
    bus.subscribe("signup", statistics.append)
    bus.publish("signup", "ada")
    assert (mail, statistics) == (["ada"], ["ada"])


def test_one_time_listener_is_called_once():
    bus, mail = Bus(), []
    bus.subscribe_once("signup", mail.append)
    bus.publish("signup", "ada")
    bus.publish("signup", "bob")
    assert mail == ["ada"]
