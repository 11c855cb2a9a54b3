"""Edits are found in every format that models write, and never where two places fit."""

from __future__ import annotations

import pytest

from reroll.errors import AgentError, PatchError
from reroll.patch import extract, make_patch, reference_patch
from reroll.records import Bug, Tests

SOURCE = """\
import math


def area(r):
    return math.pi * r


def double(x):
    return x * 3


class Box:
    def size(self):
        return 1
"""


def bug(**files: str) -> Bug:
    source = {f"{name}.py": text for name, text in files.items()} or {"shapes.py": SOURCE}
    return Bug(
        suite="s",
        name="b",
        report="",
        source={**source, "tests/test_shapes.py": "def test(): pass\n"},
        editable=tuple(source),
        tests=Tests(runner="pytest"),
        fixes={
            "square": "--- a/shapes.py\n+++ b/shapes.py\n@@ -4,2 +4,2 @@\n def area(r):\n-    return math.pi * r\n+    return math.pi * r ** 2\n"
        },
    )


BLOCK = "shapes.py\n<<<<<<< SEARCH\n    return x * 3\n=======\n    return x * 2\n>>>>>>> REPLACE\n"
DIFF = "--- a/shapes.py\n+++ b/shapes.py\n@@ -8,2 +8,2 @@\n def double(x):\n-    return x * 3\n+    return x * 2\n"
FUNCTION = "```python\ndef double(x):\n    return x * 2\n```"
FIXED = SOURCE.replace("x * 3", "x * 2")


@pytest.mark.parametrize(
    "completion",
    [
        BLOCK,
        "Here you are:\n\n`shapes.py`\n```\n" + BLOCK.split("\n", 1)[1] + "```\nThat mends it.",
        BLOCK.replace("\n", "\r\n"),
        BLOCK.replace("    return", "return"),
        BLOCK.replace("x * 3\n", "x * 3  \n"),
        DIFF,
        f"The fix:\n```diff\n{DIFF}```\n",
        DIFF.replace("@@ -8,2 +8,2 @@", "@@ -91,2 +91,2 @@"),
        DIFF.replace("@@ -8,2 +8,2 @@", "@@ ... @@"),
        f"Sure.\n{FUNCTION}\nDone.",
        f"shapes.py\n```python\n{FIXED}```",
        f"```python shapes.py\n{FIXED}```",
        f"```python\n# shapes.py\n{FIXED}```".replace("# shapes.py\n", "", 1),
    ],
    ids=range(13),
)
def test_one_edit_is_read_from_every_format(completion: str) -> None:
    assert make_patch(completion, bug()).files["shapes.py"] == FIXED


def test_a_method_is_replaced_in_its_class() -> None:
    patched = make_patch("```python\ndef size(self):\n    return 2\n```", bug()).files["shapes.py"]
    assert patched == SOURCE.replace("        return 1", "        return 2")


def test_new_imports_and_helpers_come_along_with_a_function() -> None:
    code = "```python\nimport operator\n\ndef twice(x):\n    return operator.mul(x, 2)\n\ndef double(x):\n    return twice(x)\n```"
    patched = make_patch(code, bug()).files["shapes.py"]
    assert patched is not None
    namespace: dict[str, object] = {}
    exec(patched, namespace)
    assert namespace["double"](4) == 8  # type: ignore[operator]  # it is a function


def test_several_files_are_edited_by_one_reply() -> None:
    two = bug(a="x = 1\n", b="y = 1\n")
    reply = "".join(
        f"{n}.py\n<<<<<<< SEARCH\n{v} = 1\n=======\n{v} = 2\n>>>>>>> REPLACE\n"
        for n, v in (("a", "x"), ("b", "y"))
    )
    assert make_patch(reply, two).files == {"a.py": "x = 2\n", "b.py": "y = 2\n"}


@pytest.mark.parametrize(
    ("completion", "reason"),
    [
        ("", "empty"),
        ("I cannot help with that.", "holds no edit"),
        (BLOCK.replace("x * 3", "x * 4"), "not in the file"),
        (BLOCK.replace("    return x * 3", "    return"), "holds|not in the file|ambiguous"),
        ("shapes.py\n<<<<<<< SEARCH\n\n=======\nx\n>>>>>>> REPLACE\n", "searches for nothing"),
        (FUNCTION.replace("double", "triple"), "defines 'triple'|defines nothing"),
        (FUNCTION.replace("x * 2", "x *"), "not Python"),
        (BLOCK.replace("x * 2", "x * 3"), "changes nothing"),
        (
            BLOCK.replace("shapes.py", "tests/test_shapes.py").replace("return x * 3", "def test(): pass"),
            "not",
        ),
        (DIFF.replace("shapes.py", "../shapes.py"), "does not exist|not a path"),
        ("conftest.py\n```python\nx = 1\n```", "not one of the editable files"),
        ("sitecustomize.py\n```python\nx = 1\n```", "not one of the editable files"),
        ("/etc/passwd.py\n```python\nx = 1\n```", "not a path inside|not one of the editable"),
        (FUNCTION + "\nor\n" + FUNCTION.replace("2", "4"), "2 code blocks, and 2 of them fit"),
        ("```python\n" + FIXED.replace("return 1", "return '\0'") + "```", "null character|not Python"),
    ],
)
def test_what_is_no_edit_is_refused_with_its_reason(completion: str, reason: str) -> None:
    with pytest.raises(PatchError, match=reason):
        make_patch(completion, bug())


def test_ambiguous_search_is_refused() -> None:
    twice = bug(a="x = 1\ny = 2\nx = 1\n")
    with pytest.raises(PatchError, match="there 2 times"):
        make_patch("a.py\n<<<<<<< SEARCH\nx = 1\n=======\nx = 3\n>>>>>>> REPLACE\n", twice)


def test_search_without_path_goes_to_the_only_file_that_fits() -> None:
    two = bug(a="x = 1\n", b="y = 1\n")
    block = "<<<<<<< SEARCH\ny = 1\n=======\ny = 2\n>>>>>>> REPLACE\n"
    assert make_patch(block, two).files == {"b.py": "y = 2\n"}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ("2|return 5", "def f(x):\n    return 5\n    return x\n"),
        ("2+|x += 1", "def f(x):\n    x += 1\n    y = x\n    return x\n"),
        ("2.|return 7", "def f(x):\n    return 7\n"),
        ("  2|   return 5  \n", "def f(x):\n    return 5\n    return x\n"),
        ("2|y = 0\n3|return y", "def f(x):\n    y = 0\n    return y\n"),
    ],
)
def test_line_edits_take_the_indentation_of_their_line(edit: str, expected: str) -> None:
    one = bug(a="def f(x):\n    y = x\n    return x\n")
    assert extract(edit, one, edit_format="lines") == {"a.py": expected}


@pytest.mark.parametrize("edit", ["9|x", "0|x", "return 5", "2|x\n2|y", "2.|x\n3|y"])
def test_line_edits_that_do_not_fit_are_refused(edit: str) -> None:
    one = bug(a="def f(x):\n    y = x\n    return x\n")
    with pytest.raises(PatchError):
        extract(edit, one, edit_format="lines")


def test_samples_may_be_continuations_or_whole_solutions() -> None:
    hole = bug(a="def f(x):\n    raise NotImplementedError\n")
    whole = "def f(x):\n    return x\n"
    assert extract("    return x\n", hole, edit_format="sample") == {"a.py": whole}
    assert extract(whole, hole, edit_format="sample") == {"a.py": whole}


def test_an_unknown_format_lists_those_that_exist() -> None:
    with pytest.raises(AgentError, match="search-replace"):
        extract("x", bug(), edit_format="telepathy")


def test_reference_fixes_apply_and_round_trip_through_their_diff() -> None:
    patch = reference_patch(bug(), "square")
    again = make_patch(patch.diff(bug().source), bug())
    assert again == patch
    assert patch.files["shapes.py"] == SOURCE.replace("math.pi * r\n", "math.pi * r ** 2\n")
