"""Signals: somebody sends, whoever is connected receives."""

import weakref
from collections.abc import Callable
from typing import Any

Receiver = Callable[..., Any]


class Signal:
    """Calls its receivers in the order in which they were connected.

    Receivers are held weakly: a signal does not keep an object alive whose method is connected. A receiver
    that is connected twice is called once.
    """

    def __init__(self) -> None:
        self._receivers: list[weakref.ref[Receiver]] = []

    def connect(self, receiver: Receiver) -> None:
        """Have a function or method called at each send."""
        if not self.is_connected(receiver):
            self._receivers.append(weakref.ref(receiver))

    def disconnect(self, receiver: Receiver) -> bool:
        """Stop calling a receiver and return whether it was connected."""
        before = len(self._receivers)
        self._receivers = [reference for reference in self._receivers if reference() != receiver]
        return len(self._receivers) < before

    def is_connected(self, receiver: Receiver) -> bool:
        """Return whether a receiver is connected."""
        return any(reference() == receiver for reference in self._receivers)

    def send(self, *args: Any, **kwargs: Any) -> int:
        """Call all receivers and return their number."""
        alive = [(reference, reference()) for reference in self._receivers]
        self._receivers = [reference for reference, receiver in alive if receiver is not None]
        for receiver in [receiver for _, receiver in alive if receiver is not None]:
            receiver(*args, **kwargs)
        return len(self._receivers)
