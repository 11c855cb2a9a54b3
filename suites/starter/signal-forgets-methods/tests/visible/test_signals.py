from signals import Signal


def test_a_method_is_called_while_its_object_lives(badge):
    arrived = Signal()
    arrived.connect(badge.on_mail)
    assert arrived.send("hello") == 1
    assert badge.log == ["hello"]


def test_a_function_is_called():
    log = []

    def receiver(mail):
        log.append(mail)

    arrived = Signal()
    arrived.connect(receiver)
    arrived.send("hello")
    assert log == ["hello"]
