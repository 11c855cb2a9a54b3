"""Leaving out what cannot be used."""

from __future__ import annotations

from collections.abc import Iterable

from meterdata.reader import Reading


def is_valid(reading: Reading) -> bool:
    """Tell whether the value is a number of kWh."""
    whole, _, fraction = reading.value.partition(".")
    return whole.isdigit() and (fraction.isdigit() or not fraction)


def valid(readings: Iterable[Reading]) -> Iterable[Reading]:
    """Return the readings without faults."""
    return (reading for reading in readings if is_valid(reading))
