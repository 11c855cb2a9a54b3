"""Another layout: indentation, blank lines, comments and docstrings, which no program can see of itself."""

from __future__ import annotations

import ast

_REMARKS = ("next step", "see the report", "handle this part", "keep going")


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


def _string_lines(tree: ast.AST) -> set[int]:
    """Return the lines that lie inside a string or expression of several lines."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and node.end_lineno is not None:
            found.update(range(node.lineno + 1, node.end_lineno + 1))
    return found
