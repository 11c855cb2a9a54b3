"""The two halves of a split test process: tests here, the patched project there.

The project's process is forked before any test is read and holds none of them. The tests' process sees the
project's modules as proxies: calls and their results cross a socket as values of builtins, everything else as
a handle that only the project's process can open. Comparisons with what a test expects happen where the test
is, on exact builtins, so that an object that claims to equal everything is never asked.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import json
import operator
import socket
import types
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as daytime
from decimal import Decimal
from fractions import Fraction
from typing import Any

_PLAIN: tuple[type, ...] = (list, tuple, dict, set, frozenset, str, bytes, int, float, complex)
_DATES: dict[type, str] = {date: "date", datetime: "datetime", daytime: "time"}
_SPECIAL = (
    "len", "iter", "next", "getitem", "setitem", "delitem", "contains", "bool", "str", "repr", "hash", "int",
    "float", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod", "neg", "abs",
    "and_", "or_", "xor", "eq", "enter", "exit",
)  # fmt: skip
_ORDER = ("lt", "le", "gt", "ge")
_ITERATORS: tuple[type, ...] = (
    types.GeneratorType,
    range,
    map,
    filter,
    zip,
    enumerate,
    reversed,
    type(iter([])),
    type({}.values()),
)
_OPERATORS: dict[str, Callable[..., Any]] = {
    "len": len, "iter": iter, "next": next, "bool": bool, "str": str, "repr": repr, "hash": hash, "int": int,
    "float": float, "abs": abs, "dir": dir,
    "enter": lambda value: value.__enter__(),
    "exit": lambda value: value.__exit__(None, None, None),
}  # fmt: skip


class Unsupported(Exception):
    """A test does something that cannot cross between the two processes."""


class Wire:
    """Length-prefixed JSON over a socket, with values as tagged builtins and handles."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, message: Any) -> None:
        """Send one JSON message."""
        data = json.dumps(message).encode()
        self._connection.sendall(len(data).to_bytes(4, "big") + data)

    def receive(self) -> Any:
        """Return the next message; EOFError when the other half is gone."""
        return json.loads(self._exactly(int.from_bytes(self._exactly(4), "big")))

    def _exactly(self, length: int) -> bytes:
        parts = []
        while length:
            part = self._connection.recv(min(length, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


def pack(value: Any, handle: Callable[[Any], Any], depth: int = 0) -> Any:
    """Return a value as JSON: builtins by value, and what `handle` makes of the rest."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if depth > 100:
        raise Unsupported("a deeper value")
    base = kind if kind in _PLAIN else _base(kind)
    packed: Any
    if base in (int, float, complex, bytes):
        packed = {base.__name__: _number_text(base, value)}
    elif base is str:
        packed = str.__str__(value)
    elif kind in (Decimal, Fraction):
        packed = {kind.__name__: str(value)}
    elif kind in _DATES and getattr(value, "tzinfo", None) is None:
        packed = {_DATES[kind]: value.isoformat()}
    elif kind is timedelta:
        packed = {"timedelta": [value.days, value.seconds, value.microseconds]}
    elif base is dict:
        packed = {
            "dict": [[pack(k, handle, depth + 1), pack(v, handle, depth + 1)] for k, v in dict.items(value)]
        }
    elif base is not None:
        packed = {base.__name__: [pack(item, handle, depth + 1) for item in base.__iter__(value)]}
    else:
        packed = handle(value)
    return packed


def _number_text(base: Any, value: Any) -> str:
    if base is int:
        return hex(int.__index__(value))
    return bytes.hex(value) if base is bytes else str(base.__repr__(value))


def _base(kind: type) -> Any:
    """Return the builtin whose subclass this is without rules of its own for equality."""
    for base in _PLAIN:
        if issubclass(kind, base) and kind.__module__ == "collections":
            return base
        if issubclass(kind, base) and kind.__eq__ is base.__eq__ and kind.__ne__ is base.__ne__:  # type: ignore[comparison-overlap]
            return base
    return None


_READERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda content: int(content, 16),
    "float": float,
    "complex": complex,
    "bytes": bytes.fromhex,
    "Decimal": Decimal,
    "Fraction": Fraction,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": daytime.fromisoformat,
    "timedelta": lambda content: timedelta(*content),
}
_CONTAINERS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}


def unpack(told: Any, handle: Callable[[Any], Any]) -> Any:
    """Return the exact builtins that a JSON value stands for."""
    if told is None or isinstance(told, bool | str):
        return told
    if not isinstance(told, dict) or len(told) != 1:
        raise Unsupported("a malformed value")
    ((tag, content),) = told.items()
    if tag in _READERS:
        return _READERS[tag](content)
    if tag in _CONTAINERS:
        return _CONTAINERS[tag](unpack(item, handle) for item in content)
    if tag == "dict":
        return {unpack(key, handle): unpack(item, handle) for key, item in content}
    return handle(told)


class ProjectSide:
    """Serves the project's modules to the tests' process until that is gone."""

    def __init__(self, connection: socket.socket) -> None:
        self._wire = Wire(connection)
        self._kept: list[Any] = []

    def serve(self) -> None:
        """Answer requests; every exception of the project is an answer too."""
        while True:
            try:
                request = self._wire.receive()
            except (EOFError, OSError):
                return
            try:
                answer = self._answer(request)
            except BaseException as problem:
                answer = {"raised": self._described(problem)}
            try:
                self._wire.send(answer)
            except (TypeError, ValueError, Unsupported):
                self._wire.send({"raised": {"base": "TypeError", "own": [], "args": [], "text": "not told"}})

    def _answer(self, request: Any) -> Any:
        arguments = [unpack(item, self._opened) for item in request.get("args", ())]
        keywords = {name: unpack(item, self._opened) for name, item in request.get("keywords", {}).items()}
        match request["do"]:
            case "import":
                return {"value": self._handle(importlib.import_module(request["name"]))}
            case "get":
                return {"value": self._pack(getattr(self._kept[request["of"]], request["name"]))}
            case "set":
                setattr(self._kept[request["of"]], request["name"], arguments[0])
                return {"value": None}
            case "call":
                value = self._kept[request["of"]](*arguments, **keywords)
            case _:
                function = _OPERATORS.get(request["do"]) or getattr(operator, request["do"])
                value = function(self._kept[request["of"]], *arguments)
        return {"value": self._pack(value), "after": [self._pack(item) for item in arguments]}

    def _pack(self, value: Any) -> Any:
        return pack(value, self._handle)

    def _opened(self, told: Any) -> Any:
        return self._kept[told["handle"][0]]

    def _handle(self, value: Any) -> Any:
        self._kept.append(value)
        kind = "iterator" if isinstance(value, _ITERATORS) else "object"
        if isinstance(value, type) and issubclass(value, BaseException):
            kind = "exception"
        extra = self._lineage(value) if kind == "exception" else []
        return {"handle": [len(self._kept) - 1, kind, extra]}

    @staticmethod
    def _lineage(kind: type) -> list[str]:
        return [base.__name__ for base in kind.__mro__]

    def _described(self, problem: BaseException) -> Any:
        try:
            arguments = [self._pack(item) for item in problem.args]
        except BaseException:
            arguments = []
        return {"lineage": self._lineage(type(problem)), "args": arguments, "text": str(problem)[:500]}


class Remote:
    """What the tests see of anything that cannot cross by value."""

    def __init__(self, side: TestsSide, number: int) -> None:
        object.__setattr__(self, "_side", side)
        object.__setattr__(self, "_number", number)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call what this stands for, where it is."""
        return self._side.ask("call", self._number, arguments, keywords)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._side.ask("get", self._number, name=name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._side.ask("set", self._number, (value,), name=name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Remote):
            raise Unsupported("an object of the project is compared with a value of the test")
        return bool(self._side.ask("eq", self._number, (other,)))

    def __hash__(self) -> int:
        return int(self._side.ask("hash", self._number))


class RemoteIterator:
    """What the tests see of a generator or another lazy sequence of builtins: its items, and no opinion."""

    def __init__(self, side: TestsSide, number: int) -> None:
        self._side = side
        self._number = number

    def __iter__(self) -> RemoteIterator:
        iterator = self._side.ask("iter", self._number)
        assert isinstance(iterator, RemoteIterator)
        return iterator

    def __next__(self) -> Any:
        return self._side.ask("next", self._number)


def _special(name: str) -> Callable[..., Any]:
    def ask(self: Remote, *arguments: Any) -> Any:
        """Have the project's process do it, but for comparisons with what a test expects."""
        if name in _ORDER and not isinstance(arguments[0], Remote):
            raise Unsupported("an object of the project is compared with a value of the test")
        return self._side.ask(name, self._number, () if name == "exit" else arguments)

    return ask


for _name in _SPECIAL:
    if _name not in ("eq", "hash"):
        setattr(Remote, f"__{_name.rstrip('_')}__", _special(_name))


class TestsSide(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the tests proxies of the project's modules."""

    __test__ = False

    def __init__(self, connection: socket.socket, names: Sequence[str], *, strict: bool) -> None:
        self._wire = Wire(connection)
        self._strict = strict
        self._names = frozenset(names)
        self._exceptions: dict[tuple[str, ...], type] = {}

    def find_spec(self, fullname: str, _path: Any, _target: Any = None) -> Any:
        """Find every module of the project here, whatever is on the disk."""
        if fullname.partition(".")[0] in self._names:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> types.ModuleType:
        """Return a proxy of the module."""
        number = self.ask("import", -1, name=spec.name)._number
        module = _Module(spec.name)
        module.__dict__["_remote"] = Remote(self, number)
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing: the module ran where it is."""

    def ask(self, do: str, of: int, arguments: Any = (), keywords: Any = None, *, name: str = "") -> Any:
        """Have the project's process do one thing, and return or raise what came of it."""
        request = {"do": do, "of": of, "name": name, "args": [pack(item, _number) for item in arguments]}
        request["keywords"] = {key: pack(item, _number) for key, item in (keywords or {}).items()}
        self._wire.send(request)
        answer = self._wire.receive()
        if "raised" in answer:
            raise self._exception(answer["raised"])
        for argument, after in zip(arguments, answer.get("after", ()), strict=False):
            if type(argument) in (list, dict, set):
                _mutate(argument, unpack(after, self._proxy))
        return unpack(answer["value"], self._proxy if do in ("import", "get", "iter") else self._result)

    def _proxy(self, told: Any) -> Any:
        number, kind, lineage = told["handle"]
        if kind == "exception":
            return self._class(tuple(lineage))
        return (RemoteIterator if kind == "iterator" else Remote)(self, int(number))

    def _result(self, told: Any) -> Any:
        """Return the proxy of what a call gave, where the bug's own programs give such things too."""
        proxy = self._proxy(told)
        if self._strict and isinstance(proxy, Remote):
            raise Unsupported("a call gives an object where trusted code gives builtins")
        return proxy

    def _class(self, lineage: tuple[str, ...]) -> type:
        """Return the exception class of this lineage: builtin classes themselves, the others made anew."""
        found = vars(importlib.import_module("builtins")).get(lineage[0])
        if isinstance(found, type) and issubclass(found, BaseException):
            return found
        if lineage not in self._exceptions:
            base = self._class(lineage[1:]) if len(lineage) > 1 else Exception
            self._exceptions[lineage] = type(lineage[0], (base,), {})
        return self._exceptions[lineage]

    def _exception(self, told: Any) -> BaseException:
        kind = self._class(tuple(told["lineage"]))
        arguments = [unpack(item, self._proxy) for item in told["args"]]
        try:
            problem = kind(*arguments)
        except TypeError:
            problem = RuntimeError(told["text"])
        assert isinstance(problem, BaseException)
        return problem


class _Module(types.ModuleType):
    def __dir__(self) -> list[str]:
        remote = self.__dict__["_remote"]
        return list(remote._side.ask("dir", remote._number))

    def __getattr__(self, name: str) -> Any:
        if name != "__all__" and name.startswith(("__", "@")):
            raise AttributeError(name)
        remote = self.__dict__["_remote"]
        return remote._side.ask("get", remote._number, name=name)


def _number(value: Any) -> Any:
    if isinstance(value, Remote | RemoteIterator):
        return {"handle": [value._number, "object", []]}
    raise Unsupported(f"a {type(value).__name__} of the test cannot cross")


def _mutate(argument: Any, changed: Any) -> None:
    """Do to a test's own list, dict or set what the call did to its copy."""
    if type(changed) is type(argument) and changed != argument:
        argument.clear()
        (argument.extend if isinstance(argument, list) else argument.update)(changed)
