"""Mechanical rewordings of Python: the same program in other words, to measure what a signature is blind to.

Each rule works on the standard library's syntax tree, apart from the rules that it tests, and keeps what the
program does. Where a rule cannot be sure (a name that may be seen from outside, a lazy sequence, a loop whose
sequence changes under it), it leaves the code as it is.
"""

from __future__ import annotations

import ast
import builtins
import textwrap
from collections.abc import Callable, Iterator, Sequence

_WORDS = [
    "alder",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "inlet",
    "jetty",
    "knoll",
    "ledge",
    "maple",
    "north",
    "ocean",
    "pearl",
    "quill",
    "ridge",
    "stone",
    "tidal",
    "umber",
    "vivid",
    "willow",
    "xenon",
    "yonder",
    "zephyr",
]
_REMARKS = ("next step", "see the report", "handle this part", "keep going")
_SEQUENCES = frozenset({"range", "list", "sorted", "tuple"})
_EAGER = frozenset({"sum", "list", "tuple", "set", "sorted", "max", "min", "dict", "frozenset", "len"})
_NEAR = frozenset({"locals", "vars", "exec", "eval", "globals"})


def rename(code: str) -> str:
    """Give other names to the locals of every function; what callers may name stays."""
    tree = ast.parse(code)
    outside = {name for node in tree.body for name in _stored(node, inside=False)} | set(dir(builtins))
    for function in _outer_functions(tree):
        if any(isinstance(node, ast.Name) and node.id in _NEAR for node in ast.walk(function)):
            continue
        kept = outside | _declared(function) | _visible_parameters(function)
        local = [name for name in dict.fromkeys(_stored(function, inside=True)) if name not in kept]
        taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        words = (word for word in _fresh_words() if word not in taken | kept)
        _Renamer(dict(zip(local, words, strict=False))).visit(function)
    return ast.unparse(tree) + "\n"


def reformat(code: str) -> str:
    """Print the code anew, with another indentation, other blank lines and no comments."""
    text = ast.unparse(ast.parse(code))
    if '"""' in text or "'''" in text:
        return text + "\n"
    lines = []
    for line in text.splitlines():
        blanks = len(line) - len(line.lstrip())
        lines.append(" " * (blanks // 4 * 2) + line.lstrip())
        if line.lstrip().startswith("return"):
            lines.append("")
    return "\n".join(lines) + "\n"


def comment(code: str) -> str:
    """Add comments above statements, and docstrings where there are none."""
    lines = code.splitlines()
    tree = ast.parse(code)
    starts: dict[int, str] = {}
    docstrings: dict[int, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is None:
            first = node.body[0]
            if first.lineno > node.lineno and not getattr(first, "decorator_list", None):
                docstrings[first.lineno] = first.col_offset
        line = lines[node.lineno - 1] if isinstance(node, ast.stmt) else ""
        starting = isinstance(node, ast.stmt) and not line[: node.col_offset].strip()
        if starting and isinstance(node, ast.stmt) and not line.lstrip().startswith("elif"):
            starts[node.lineno] = " " * node.col_offset + "# " + _REMARKS[node.lineno % len(_REMARKS)]
    inner = _string_lines(tree)
    out: list[str] = []
    for number, line in enumerate(lines, start=1):
        if number in docstrings:
            out.append(" " * docstrings[number] + '"""Reworded."""')
        if number in starts and number % 2 == 0 and number not in inner:
            out.append(starts[number])
        out.append(line)
    return "\n".join(out) + "\n"


def commute(code: str) -> str:
    """Mirror comparisons, and swap the operands of products and of sums with a number."""
    return _transformed(code, _Commute())


def invert(code: str) -> str:
    """Ask every test with an alternative the other way round."""
    return _transformed(code, _Invert())


def for_to_while(code: str) -> str:
    """Walk sequences by index in a `while`."""
    return _transformed(code, _ForToWhile())


def comprehension_to_loop(code: str) -> str:
    """Fill the collections of comprehensions in loops."""
    return _transformed(code, _ComprehensionToLoop())


def combine(code: str) -> str:
    """Apply commuting, inversion, loop form, names and comments, one after the other."""
    for rule in (commute, invert, for_to_while, rename, comment):
        code = rule(code)
    return code


RULES: dict[str, Callable[[str], str]] = {
    "rename": rename,
    "reformat": reformat,
    "comments": comment,
    "commute": commute,
    "invert": invert,
    "for-to-while": for_to_while,
    "comprehension-to-loop": comprehension_to_loop,
    "combined": combine,
}


def _transformed(code: str, transformer: ast.NodeTransformer) -> str:
    return ast.unparse(ast.fix_missing_locations(transformer.visit(ast.parse(code)))) + "\n"


def _fresh_words() -> Iterator[str]:
    yield from _WORDS
    for number in range(2, 1000):
        yield from (f"{word}{number}" for word in _WORDS)


def _outer_functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _outer_functions(node)


def _stored(tree: ast.AST, *, inside: bool) -> Iterator[str]:
    """Yield the names that a tree binds; without `inside`, not those of functions in it."""
    if isinstance(tree, ast.FunctionDef | ast.ClassDef) and not inside:
        yield tree.name
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg) and inside:
            yield node.arg
        elif isinstance(node, ast.alias) and not inside:
            yield (node.asname or node.name).split(".")[0]


def _declared(function: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.ClassDef | ast.Match | ast.AnnAssign):
            found.update(_stored(node, inside=True))
        elif isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
    return found


def _visible_parameters(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    return {argument.arg for argument in every if argument is not None}


class _Renamer(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self.names.get(node.arg, node.arg)
        return node


_MIRRORED = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


class _Commute(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        mirrored = _MIRRORED.get(type(node.ops[0])) if len(node.ops) == 1 else None
        if mirrored is None or not (_calm(node.left) and _calm(node.comparators[0])):
            return node
        return ast.Compare(node.comparators[0], [mirrored()], [node.left])

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        number = any(_is_number(part) for part in (node.left, node.right))
        if isinstance(node.op, ast.Add | ast.Mult) and number and _calm(node.left) and _calm(node.right):
            return ast.BinOp(node.right, node.op, node.left)
        return node


def _is_number(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    )


def _calm(node: ast.expr) -> bool:
    """Whether it does not matter when the expression is evaluated."""
    allowed = (ast.Name, ast.Constant, ast.Attribute, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.operator,
               ast.unaryop, ast.expr_context)  # fmt: skip
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            if not (isinstance(part.func, ast.Name) and part.func.id in {"len", "abs", "sum", "max", "min"}):
                return False
        elif not isinstance(part, allowed):
            return False
    return True


class _Invert(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.If:
        self.generic_visit(node)
        if not node.orelse:
            return node
        return ast.If(_opposite(node.test), node.orelse, node.body)

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        self.generic_visit(node)
        return ast.IfExp(_opposite(node.test), node.orelse, node.body)


def _opposite(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


class _Counting(ast.NodeTransformer):
    """Makes names that no function of the file uses."""

    def __init__(self) -> None:
        self.made = 0

    def number(self) -> int:
        self.made += 1
        return self.made


class _ForToWhile(_Counting):
    def visit_For(self, node: ast.For) -> ast.stmt | list[ast.stmt]:
        self.generic_visit(node)
        if node.orelse or not _walkable(node):
            return node
        number = self.number()
        sequence, index = f"_seq{number}", f"_ix{number}"
        header = ast.parse(f"{sequence} = 0\n{index} = 0\nwhile {index} < len({sequence}):\n    {index} += 1")
        start, zero, loop = header.body
        assert isinstance(start, ast.Assign)
        assert isinstance(loop, ast.While)
        start.value = node.iter
        if not isinstance(node.iter, ast.Call) or ast.unparse(node.iter.func) not in _SEQUENCES:
            start.value = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        item = ast.parse(f"{sequence}[{index}]", mode="eval").body
        loop.body = [ast.Assign([node.target], item), *loop.body, *node.body]
        return [start, zero, loop]


def _walkable(node: ast.For) -> bool:
    """Whether the sequence may be read before the loop begins."""
    if isinstance(node.iter, ast.Call):
        function = node.iter.func
        if isinstance(function, ast.Attribute):
            return function.attr in {"items", "keys", "values", "split", "splitlines"} and _untouched(node)
        return (
            isinstance(function, ast.Name)
            and function.id in {*_SEQUENCES, "enumerate", "zip"}
            and _untouched(node)
        )
    return isinstance(node.iter, ast.Name | ast.List | ast.Tuple) and _untouched(node)


def _untouched(node: ast.For) -> bool:
    """Whether the body leaves alone everything that the sequence is made of."""
    made_of = {part.id for part in ast.walk(node.iter) if isinstance(part, ast.Name)}
    for statement in node.body:
        for part in ast.walk(statement):
            if isinstance(part, ast.Yield | ast.YieldFrom | ast.Await):
                return False
            if isinstance(part, ast.Name) and part.id in made_of:
                return False
    return True


class _ComprehensionToLoop(_Counting):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.body = self._block(node.body, node)
        return node

    def _block(self, body: Sequence[ast.stmt], function: ast.FunctionDef) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, ast.Return | ast.Assign | ast.Expr) and statement.value is not None:
                found = _spread(statement.value)
                if found is not None and _alone(found, function):
                    name = f"_acc{self.number()}"
                    out.extend(_loops(found, name))
                    _Replace(found, name).visit(statement)
            elif isinstance(statement, ast.FunctionDef):
                self.visit_FunctionDef(statement)
            else:
                for field in ("body", "orelse", "finalbody"):
                    inner = getattr(statement, field, None)
                    if inner and isinstance(inner[0], ast.stmt):
                        setattr(statement, field, self._block(inner, function))
            out.append(statement)
        return out


_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def _spread(value: ast.expr) -> _Comprehension | None:
    """Return the comprehension that is the value, or the sole argument of an eager call."""
    if isinstance(value, ast.ListComp | ast.SetComp | ast.DictComp):
        return value
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        function, argument = value.func, value.args[0]
        eager = isinstance(function, ast.Name) and function.id in _EAGER
        joins = isinstance(function, ast.Attribute) and function.attr == "join"
        if (eager or joins) and isinstance(argument, ast.ListComp | ast.GeneratorExp):
            return argument
    return None


def _alone(comprehension: _Comprehension, function: ast.FunctionDef) -> bool:
    """Whether the comprehension's variables are used nowhere else in the function."""
    if any(clause.is_async for clause in comprehension.generators):
        return False
    inside = list(ast.walk(comprehension))
    bound = {part.id for part in inside if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    every = [part for part in ast.walk(function) if isinstance(part, ast.Name | ast.arg)]
    return not any(
        (part.id if isinstance(part, ast.Name) else part.arg) in bound for part in every if part not in inside
    )


def _loops(comprehension: _Comprehension, name: str) -> list[ast.stmt]:
    if isinstance(comprehension, ast.DictComp):
        empty, step = "{}", f"{name}[{ast.unparse(comprehension.key)}] = {ast.unparse(comprehension.value)}"
    elif isinstance(comprehension, ast.SetComp):
        empty, step = "set()", f"{name}.add({ast.unparse(comprehension.elt)})"
    else:
        empty, step = "[]", f"{name}.append({ast.unparse(comprehension.elt)})"
    text = step
    for clause in reversed(comprehension.generators):
        for test in reversed(clause.ifs):
            text = f"if {ast.unparse(test)}:\n" + textwrap.indent(text, "    ")
        head = f"for {ast.unparse(clause.target)} in {ast.unparse(clause.iter)}:\n"
        text = head + textwrap.indent(text, "    ")
    return ast.parse(f"{name} = {empty}\n{text}").body


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.expr, name: str) -> None:
        self.old, self.name = old, name

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.Name(self.name, ast.Load())
        return super().generic_visit(node)


def _string_lines(tree: ast.AST) -> set[int]:
    """Return the lines that lie inside a string or expression of several lines."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and node.end_lineno is not None:
            found.update(range(node.lineno + 1, node.end_lineno + 1))
    return found
