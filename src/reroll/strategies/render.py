"""The small tree as a line of text: what atoms quote, in a notation close to Python's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reroll.strategies.tree import EMPTY, NONE, Node

_ELLIPSIS = "…"
LONGEST = 120


def render(node: Node, names: Mapping[int, str] | None = None) -> str:
    """Return the tree as text; variables without a name are `v<number>`."""
    text = _Writer(names or {}).write(node)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + _ELLIPSIS


class _Writer:
    def __init__(self, names: Mapping[int, str]) -> None:
        self.names = names

    def write(self, node: Node) -> str:
        writer = _WRITERS.get(node[0])
        if writer is not None:
            return writer(self, node)
        return f"{node[0]}({self.list(part for part in node[1:] if type(part) is tuple)})"

    def list(self, nodes: object) -> str:
        return ", ".join(self.write(node) for node in nodes)  # type: ignore[attr-defined]

    def inner(self, node: Node) -> str:
        text = self.write(node)
        return f"({text})" if node[0] in {"bin", "cmp", "and", "or", "ifexp", "lambda", "not"} else text

    def variable(self, node: Node) -> str:
        return self.names.get(node[1], f"v{node[1]}")

    def block(self, node: Node) -> str:
        return "; ".join(self.write(part) for part in node[1:]) or "pass"

    def branch(self, node: Node) -> str:
        other = "" if node[3] == EMPTY else f" else: {self.write(node[3])}"
        return f"if {self.write(node[1])}: {self.write(node[2])}{other}"

    def call(self, node: Node) -> str:
        return f"{self.inner(node[1])}({self.list(node[2:])})"

    def method(self, node: Node) -> str:
        return f"{self.inner(node[1])}.{node[2]}({self.list(node[3:])})"

    def comprehension(self, node: Node) -> str:
        brackets = {"list": "[]", "gen": "()"}.get(node[1], "{}")
        clauses = "".join(f" {self.write(part)}" for part in node[3:])
        return f"{brackets[0]}{self.write(node[2])}{clauses}{brackets[1]}"

    def slice(self, node: Node) -> str:
        low, high, step = ("" if part == NONE else self.write(part) for part in node[1:])
        return f"{low}:{high}:{step}" if step else f"{low}:{high}"

    def signed(self, node: Node) -> str:
        return {"neg": "-", "inv": "~", "not": "not ", "star": "*", "dstar": "**"}[node[0]] + self.inner(
            node[1]
        )

    def connective(self, node: Node) -> str:
        return f" {node[0]} ".join(self.inner(part) for part in node[1:])

    def text(self, node: Node) -> str:
        pieces = [part[1] if part[0] == "str" else f"{{{self.write(part)}}}" for part in node[1:]]
        return f"f{''.join(pieces)!r}"

    def parameter(self, node: Node) -> str:
        return self.write(node[1]) if node[2] == NONE else f"{self.write(node[1])}={self.write(node[2])}"

    def definition(self, node: Node) -> str:
        name = node[1] if isinstance(node[1], str) else self.write(node[1])
        return f"def {name}({self.write(node[2])}): {self.write(node[3])}"


def _sequence(left: str, right: str) -> Callable[[_Writer, Node], str]:
    return lambda writer, node: f"{left}{writer.list(node[1:])}{right}"


def _word(word: str) -> Callable[[_Writer, Node], str]:
    return lambda writer, node: " ".join([word, *(writer.write(part) for part in node[1:2])])


_WRITERS: dict[str, Callable[[_Writer, Node], str]] = {
    "var": _Writer.variable,
    "name": lambda _writer, node: str(node[1]),
    "lib": lambda _writer, node: str(node[1]),
    "num": lambda _writer, node: str(node[1]),
    "const": lambda _writer, node: str(node[1]),
    "str": lambda _writer, node: repr(node[1]),
    "none": lambda _writer, _node: "",
    "break": lambda _writer, _node: "break",
    "continue": lambda _writer, _node: "continue",
    "call": _Writer.call,
    "method": _Writer.method,
    "attr": lambda writer, node: f"{writer.inner(node[1])}.{node[2]}",
    "index": lambda writer, node: f"{writer.inner(node[1])}[{writer.write(node[2])}]",
    "slice": _Writer.slice,
    "kw": lambda writer, node: f"{node[1]}={writer.write(node[2])}",
    "bin": lambda writer, node: f"{writer.inner(node[2])} {node[1]} {writer.inner(node[3])}",
    "cmp": lambda writer, node: f"{writer.inner(node[2])} {node[1]} {writer.inner(node[3])}",
    "and": _Writer.connective,
    "or": _Writer.connective,
    "not": _Writer.signed,
    "neg": _Writer.signed,
    "inv": _Writer.signed,
    "star": _Writer.signed,
    "dstar": _Writer.signed,
    "ifexp": lambda writer, node: (
        f"{writer.inner(node[2])} if {writer.inner(node[1])} else {writer.inner(node[3])}"
    ),
    "list": _sequence("[", "]"),
    "tuple": _sequence("(", ")"),
    "set": _sequence("{", "}"),
    "dict": _sequence("{", "}"),
    "pair": lambda writer, node: f"{writer.write(node[1])}: {writer.write(node[2])}",
    "fstr": _Writer.text,
    "format": lambda writer, node: writer.write(node[1]) + node[2],
    "comp": _Writer.comprehension,
    "cfor": lambda writer, node: f"for {writer.write(node[1])} in {writer.write(node[2])}",
    "cif": lambda writer, node: f"if {writer.write(node[1])}",
    "lambda": lambda writer, node: f"lambda {writer.write(node[1])}: {writer.write(node[2])}",
    "walrus": lambda writer, node: f"({writer.write(node[1])} := {writer.write(node[2])})",
    "block": _Writer.block,
    "assign": lambda writer, node: f"{writer.write(node[1])} = {writer.write(node[2])}",
    "expr": lambda writer, node: writer.write(node[1]),
    "return": _word("return"),
    "raise": _word("raise"),
    "assert": _word("assert"),
    "del": _word("del"),
    "yield": _word("yield"),
    "await": _word("await"),
    "if": _Writer.branch,
    "for": lambda writer, node: (
        f"for {writer.write(node[1])} in {writer.write(node[2])}: {writer.write(node[3])}"
    ),
    "while": lambda writer, node: f"while {writer.write(node[1])}: {writer.write(node[2])}",
    "with": lambda writer, node: f"with {writer.list(node[2:])}: {writer.write(node[1])}",
    "params": _sequence("", ""),
    "param": _Writer.parameter,
    "def": _Writer.definition,
}
