"""Small sums that people type into number fields."""

import re

_TOKEN = re.compile(r"\s*(?:(-?\d+(?:\.\d+)?)|([-+*/()]))")


def tokenize(text: str) -> list[float | str]:
    """Return the numbers and operators of a formula."""
    text = text.rstrip()
    tokens: list[float | str] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"Unexpected {text[position]!r} in a formula")
        tokens.append(float(match[1]) if match[1] else match[2])
        position = match.end()
    return tokens


def evaluate(text: str) -> float:
    """Return the value of a formula with `+ - * /` and parentheses."""
    tokens = tokenize(text)
    value, position = _sum(tokens, 0)
    if position < len(tokens):
        raise ValueError(f"Unexpected {tokens[position]!r} after a complete formula")
    return value


def _sum(tokens: list[float | str], position: int) -> tuple[float, int]:
    value, position = _product(tokens, position)
    while position < len(tokens) and tokens[position] in ("+", "-"):
        operator = tokens[position]
        operand, position = _product(tokens, position + 1)
        value = value + operand if operator == "+" else value - operand
    return value, position


def _product(tokens: list[float | str], position: int) -> tuple[float, int]:
    value, position = _atom(tokens, position)
    while position < len(tokens) and tokens[position] in ("*", "/"):
        operator = tokens[position]
        operand, position = _atom(tokens, position + 1)
        value = value * operand if operator == "*" else value / operand
    return value, position


def _atom(tokens: list[float | str], position: int) -> tuple[float, int]:
    if position == len(tokens):
        raise ValueError("The formula ends too early")
    token = tokens[position]
    if token == "(":
        value, position = _sum(tokens, position + 1)
        if position == len(tokens) or tokens[position] != ")":
            raise ValueError("A parenthesis is not closed")
        return value, position + 1
    if isinstance(token, str):
        raise ValueError(f"Unexpected {token!r} in a formula")
    return token, position + 1
