"""Calls that are worth a second attempt."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Retry:
    """Repeats a call that fails with one of some exceptions.

    Before attempt n + 1 it sleeps `delay * factor ** (n - 1)` seconds, at most `longest`. The last failure, and
    each failure that is not to be retried, is raised as it is.
    """

    def __init__(
        self,
        *,
        attempts: int,
        on: tuple[type[Exception], ...] = (Exception,),
        delay: float = 1.0,
        factor: float = 2.0,
        longest: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._attempts = attempts
        self._on = on
        self._delay = delay
        self._factor = factor
        self._longest = longest
        self._sleep = sleep

    def __call__(self, function: Callable[[], T]) -> T:
        """Return what the function returns in the end."""
        for attempt in range(1, self._attempts + 1):
            try:
                return function()
            except Exception as error:
                if type(error) not in self._on or attempt == self._attempts:
                    raise
            self._sleep(min(self._delay * self._factor ** (attempt - 1), self._longest))
        raise ValueError(f"Nothing to do in {self._attempts} attempts")
