"""Events within one process: who subscribes to a topic hears what is published on it."""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[object], None]


class Bus:
    """Topics and their listeners, who are called in the order in which they subscribed."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}

    def subscribe(self, topic: str, listener: Listener) -> None:
        """Call `listener` with every event on `topic`."""
        self._listeners.setdefault(topic, []).append(listener)

    def subscribe_once(self, topic: str, listener: Listener) -> None:
        """Call `listener` with the next event on `topic` and then no more."""

        def once(event: object) -> None:
            self.unsubscribe(topic, once)
            listener(event)

        self.subscribe(topic, once)

    def unsubscribe(self, topic: str, listener: Listener) -> None:
        """Stop calling `listener`; nothing happens if it is not subscribed."""
        listeners = self._listeners.get(topic, [])
        if listener in listeners:
            listeners.remove(listener)

    def publish(self, topic: str, event: object) -> int:
        """Call the listeners of `topic`; return how many were called."""
        called = 0
        for listener in self._listeners.get(topic, []):
            listener(event)
            called += 1
        return called
