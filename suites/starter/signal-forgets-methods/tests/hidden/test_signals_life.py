import gc
import weakref

from signals import Signal


def test_a_signal_does_not_keep_objects_alive(make_badge):
    arrived = Signal()
    badge = make_badge()
    log = badge.log
    arrived.connect(badge.on_mail)
    arrived.send("one")
    watch = weakref.ref(badge)
    del badge
    gc.collect()
    assert watch() is None
    assert arrived.send("two") == 0
    assert log == ["one"]


def test_a_dead_object_is_gone_before_anything_was_sent(make_badge):
    arrived = Signal()
    badge = make_badge()
    watch = weakref.ref(badge)
    arrived.connect(badge.on_mail)
    arrived.connect(badge.on_delete)
    del badge
    gc.collect()
    assert watch() is None


def test_a_function_that_nobody_holds_is_forgotten():
    arrived = Signal()
    arrived.connect(lambda mail: None)
    gc.collect()
    assert arrived.send("x") == 0


def test_two_objects_are_two_receivers(make_badge):
    log = []
    first, second = make_badge(log, "1"), make_badge(log, "2")
    arrived = Signal()
    arrived.connect(first.on_mail)
    arrived.connect(second.on_mail)
    assert arrived.send("x") == 2
    assert log == ["1x", "2x"]


def test_two_methods_and_a_function_keep_their_order(badge):
    def receiver(mail):
        badge.log.append(f"f{mail}")

    arrived = Signal()
    arrived.connect(badge.on_delete)
    arrived.connect(receiver)
    arrived.connect(badge.on_mail)
    arrived.send("x")
    assert badge.log == ["-x", "fx", "x"]


def test_connected_twice_is_called_once(badge):
    arrived = Signal()
    arrived.connect(badge.on_mail)
    arrived.connect(badge.on_mail)
    assert arrived.send("x") == 1
    assert badge.log == ["x"]


def test_a_method_can_be_disconnected(badge):
    arrived = Signal()
    arrived.connect(badge.on_mail)
    assert arrived.is_connected(badge.on_mail)
    assert not arrived.is_connected(badge.on_delete)
    assert arrived.disconnect(badge.on_mail)
    assert not arrived.disconnect(badge.on_mail)
    assert arrived.send("x") == 0
    assert badge.log == []


def test_a_receiver_may_disconnect_itself(make_badge):
    arrived = Signal()

    class Once(make_badge):
        def on_mail(self, mail):
            super().on_mail(mail)
            arrived.disconnect(self.on_mail)

    once, other = Once(), make_badge()
    arrived.connect(once.on_mail)
    arrived.connect(other.on_mail)
    arrived.send("a")
    arrived.send("b")
    assert (once.log, other.log) == (["a"], ["a", "b"])
