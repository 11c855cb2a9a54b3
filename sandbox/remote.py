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
from typing import Any

from sandbox.wire import Unsupported, Wire, pack, unpack

_SPECIAL = (
    "len", "iter", "next", "getitem", "setitem", "delitem", "contains", "bool", "str", "repr", "hash", "int",
    "float", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod", "neg", "abs",
    "and_", "or_", "xor", "eq", "enter", "exit",
)  # fmt: skip
_ORDER = ("lt", "le", "gt", "ge")
_STRICT = frozenset({"import", "get", "set", "call", "iter", "next", "dir"})
"""What tests ask where all that trusted code gives them is builtins: everything else they do themselves."""
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
LONGEST_TRANSCRIPT = 1 << 17
"""Characters of questions and answers that are told, to be asked again."""


class ProjectSide:
    """Answers what the tests ask of the project's modules."""

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def serve(self, connection: socket.socket) -> None:
        """Answer the questions of the tests' process until that is gone."""
        wire = Wire(connection)
        while True:
            try:
                question = wire.receive()
            except (EOFError, OSError):
                return
            wire.send(self.answered(question))

    def answered(self, question: str) -> str:
        """Return the answer to one question; every exception of the project is an answer too."""
        try:
            answer = self._answer(json.loads(question))
        except BaseException as problem:
            answer = {"raised": self._described(problem)}
        try:
            return json.dumps(answer)
        except (TypeError, ValueError, Unsupported):
            return json.dumps({"raised": {"lineage": ["TypeError"], "args": [], "text": "not told"}})

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
        self._asked: list[tuple[str, str]] | None = []
        self._length = 0
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
        if self._strict and do not in _STRICT:
            raise Unsupported(f"{do!r} of an object, where trusted code gives builtins")
        request = {"do": do, "of": of, "name": name, "args": [pack(item, _number) for item in arguments]}
        request["keywords"] = {key: pack(item, _number) for key, item in (keywords or {}).items()}
        question = json.dumps(request)
        self._wire.send(question)
        told = self._wire.receive()
        self._note(question, told)
        answer = json.loads(told)
        if "raised" in answer:
            raise self._exception(answer["raised"])
        for argument, after in zip(arguments, answer.get("after", ()), strict=False):
            if type(argument) in (list, dict, set):
                _mutate(argument, unpack(after, self._proxy))
        return unpack(answer["value"], self._proxy if do in ("import", "get", "iter") else self._result)

    def _note(self, question: str, told: str) -> None:
        """Keep what was asked and answered, as long as that is short."""
        self._length += len(question) + len(told)
        if self._asked is not None and self._length <= LONGEST_TRANSCRIPT:
            self._asked.append((question, told))
        else:
            self._asked = None

    @property
    def transcript(self) -> list[tuple[str, str]] | None:
        """All questions with their answers so far; None where that is too long to be told."""
        return self._asked

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
