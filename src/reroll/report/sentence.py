"""The answer in plain English: one comparison in two or three sentences. Numbers are computed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from reroll.report.comparison import Metric
from reroll.report.numerals import decimal, number, percent
from reroll.report.verdicts import (
    FEWEST_BUGS,
    INCONCLUSIVE,
    LARGE,
    LOCKS_IN,
    MODERATE,
    PAYS_LESS,
    SLIGHT,
    STILL_PAYS,
    UNSURE,
    Margins,
)

_OPENING = {
    (STILL_PAYS, ""): "Retries still pay with {after}",
    (PAYS_LESS, SLIGHT): "Retries pay slightly less with {after}",
    (PAYS_LESS, MODERATE): "Retries pay less with {after}",
    (PAYS_LESS, LARGE): "Retries pay far less with {after}",
    (PAYS_LESS, UNSURE): "Retries pay less with {after}, how much is unsure",
    (INCONCLUSIVE, ""): "Not decided for {after}",
}
_WORDED = {1: "one", 2: "two", 3: "three", 4: "four", 7: "seven", 8: "eight", 15: "fifteen", 16: "sixteen"}
"""Numbers that sentences speak of."""
_MOST_DIGITS = 5
"""Digits of a change in prose, at the most."""
_NEGLIGIBLE = 0.005
"""A change whose interval stays within this is told as no change."""


def sentence(
    verdict: str,
    metrics: Mapping[str, Metric],
    *,
    size: str,
    after: str,
    k: int,
    b: int,
    margins: Margins,
) -> str:
    """Return the answer in short sentences: what decides comes first, in brackets its change and interval."""
    first, last, primary = metrics["pass@1"], metrics[f"pass@{k}"], metrics[f"D_{b}"]
    if not any((last.before, last.after)):
        return f"Not decided for {after}: {_worded(k)} attempts fixed nothing, before or after."
    strategies = _strategies(primary, b=b, near=margins.strategies if size == SLIGHT else None)
    rescued = _rescued(metrics["rescued_fraction"], k=k, near=margins.rescued if size == SLIGHT else None)
    if verdict == LOCKS_IN:
        slightly = ", slightly" if size == SLIGHT else ""
        first_moves = f"one attempt fixes more ({_moves(first)})"
        last_moves = f"{_worded(k)} together fix less ({_moves(last)}; {_change(last)})"
        return f"{after} locks in{slightly}: {first_moves}, {last_moves}. {_capital(strategies)}."
    axes = [strategies, rescued]
    if verdict == PAYS_LESS and not _below_zero(primary):
        axes.reverse()
    opening = _OPENING[verdict, size].format(after=after)
    gist = _gist(metrics["rescued_fraction"], primary, margins=margins) if verdict == PAYS_LESS else ""
    answer = f"{opening}: {gist}. {_capital(axes[0])}" if gist else f"{opening}: {axes[0]}"
    return f"{answer}. {_capital(axes[1])}. {_moves(first)}, {_moves(last)}."


def _gist(rescued: Metric, strategies: Metric, *, margins: Margins) -> str:
    """Return a loss in a few words, with both axes; empty where one of them is open."""
    fixes = _amount(rescued, margin=margins.rescued)
    ways = _amount(strategies, margin=margins.strategies)
    return f"{fixes} of the failures rescued, in {ways} ways" if fixes and ways else ""


def _amount(metric: Metric, *, margin: float) -> str:
    if metric.low is None or metric.bugs < FEWEST_BUGS:
        return ""
    if _below_zero(metric):
        return "fewer"
    return "as many" if metric.low > -margin else ""


def _strategies(metric: Metric, *, b: int, near: float | None) -> str:
    if metric.delta is None or metric.bugs < FEWEST_BUGS:
        bugs = f"{metric.bugs} bugs have" if metric.bugs != 1 else "1 bug has"
        return f"strategies cannot be compared, {bugs} {_worded(b)} fixes in both arms"
    what = f"{_worded(b)} fixes of one bug show {_short(metric.after)} strategies"
    return what + _against(metric, _short(metric.before), near=near)


def _rescued(metric: Metric, *, k: int, near: float | None) -> str:
    if metric.delta is None:
        return f"what {_worded(k - 1)} retries rescue cannot be compared ({metric.note})"
    what = f"{_worded(k - 1)} retries rescue {_share(metric.after)} of the failed first attempts"
    return what + _against(metric, _share(metric.before), near=near)


def _against(metric: Metric, before: str, *, near: float | None) -> str:
    """Return how a figure was before, and by how much it changed."""
    if _still(metric):
        return ", as before"
    if not _clear(metric) and metric.low is not None and _short(metric.delta) == _short(0.0):
        return f", as before ({_change(metric)})"
    told = f"instead of {before}" if _clear(metric) else f"against {before}"
    return f" {told} ({_change(metric)}{_near(metric, near)})"


def _worded(number: int) -> str:
    return _WORDED.get(number, str(number))


def _near(metric: Metric, margin: float | None) -> str:
    return f"; {margin:g} is the least that matters" if margin is not None and _below_zero(metric) else ""


def _moves(metric: Metric) -> str:
    if metric.delta is None:
        return f"{metric.name} is undefined"
    for write in (_short, number) if _clear(metric) else (_short,):
        before, after = write(metric.before), write(metric.after)
        if before != after:
            return f"{metric.name} {before} → {after}"
    return f"{metric.name} stays at {_short(metric.after)}"


def _still(metric: Metric) -> bool:
    """Whether a figure did not move, to all digits that are told."""
    ends = (metric.low, metric.high)
    return all(end is not None and abs(end) < _NEGLIGIBLE for end in ends)


def _clear(metric: Metric) -> bool:
    return metric.low is not None and metric.high is not None and (metric.low > 0 or metric.high < 0)


def _below_zero(metric: Metric) -> bool:
    return metric.high is not None and metric.high < 0


def _change(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return f"{_short(metric.delta, signed=True)}, no interval"
    digits = 2
    # An end that rounds to zero would seem to contradict a change that is clear of it.
    while _clear(metric) and digits < _MOST_DIGITS and _nearer_end(metric) < 0.5 / 10**digits:
        digits += 1
    values = (metric.delta, metric.low, metric.high)
    delta, low, high = (decimal(value, digits=digits, sign=True) for value in values)
    return f"{delta}, {low} to {high}"


def _nearer_end(metric: Metric) -> float:
    return min(abs(end) for end in (metric.low, metric.high) if end is not None)


def _short(value: float | None, *, signed: bool = False) -> str:
    """Return a figure in prose: two decimals, no negative zero."""
    return decimal(value, digits=2, sign=signed)


def _share(value: float | None) -> str:
    """Return a share in prose; all of them only where it is so."""
    return "nearly all" if value is not None and 0.995 <= value < 1 else percent(value)


def _capital(text: str) -> str:
    return text if text.startswith("pass@") else text[:1].upper() + text[1:]
