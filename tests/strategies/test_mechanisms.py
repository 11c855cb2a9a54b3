"""Mechanisms of whole programs: what decides, what is incidental, and what a wording hides."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from reroll.strategies import program_signature
from reroll.strategies.ranks import deciding


def strategy(code: str, language: str = "python") -> str:
    return program_signature(textwrap.dedent(code), language=language).dominant


SAME = {
    "helper or formula": (
        "def even(x):\n    return x % 2 == 0\ndef f(xs):\n    return [x for x in xs if even(x)]",
        "def f(xs):\n    return [x for x in xs if not x % 2]",
    ),
    "constant or literal": (
        "import re\nP = re.compile('[0-9]+')\ndef f(s):\n    return P.findall(s)",
        "import re\ndef f(s):\n    return re.findall('[0-9]+', s)",
    ),
    "method or function": (
        "class A:\n    def __init__(self, xs):\n        self.xs = xs\n    def f(self):\n        return sorted(self.xs)",
        "def f(xs):\n    return sorted(xs)",
    ),
    "input that is refused": (
        "def f(s):\n    if not set(s) <= set('ab'):\n        raise ValueError\n    return {c: s.count(c) for c in 'ab'}",
        "def f(s):\n    return {c: s.count(c) for c in 'ab'}",
    ),
    "recursion over a slice or an index": (
        "def f(xs):\n    return 0 if not xs else xs[0] + f(xs[1:])",
        "def f(xs, i=0):\n    if i == len(xs):\n        return 0\n    return xs[i] + f(xs, i + 1)",
    ),
    "recursion of a function that is called like a built-in": (
        "def sum(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t",
        "def total(n):\n    return sum(i for i in range(n))",
    ),
    "seen in a list or a set": (
        "def f(xs):\n    s = set()\n    for x in xs:\n        if x in s:\n            return x\n        s.add(x)",
        "def f(xs):\n    s = []\n    for x in xs:\n        if x not in s:\n            s.append(x)\n        else:\n            return x",
    ),
    "positive sides asked for one by one or at once": (
        "def f(a, b, c):\n    if a <= 0 or b <= 0 or c <= 0:\n        return False\n    return a + b > c",
        "def f(a, b, c):\n    return min(a, b, c) > 0 and a + b > c",
    ),
    "steps to neighbours written out or counted": (
        "def f(g, y, x):\n    return sum(g[y + b][x + a] for b in (-1, 0, 1) for a in (-1, 0, 1))",
        "def f(g, y, x):\n    t = 0\n    for j in range(y - 1, y + 2):\n        for i in range(x - 1, x + 2):\n"
        "            t += g[j][i]\n    return t",
    ),
    "a stack in a list or a text": (
        "def f(s):\n    k = []\n    for c in s:\n        if c == '(':\n            k.append(c)\n        else:\n            k.pop()\n    return not k",
        "def f(s):\n    k = ''\n    for c in s:\n        if c == '(':\n            k += c\n        else:\n            k = k[:-1]\n    return not k",
    ),
    "characters left out by a table or a loop": (
        "def f(s):\n    return s.translate(str.maketrans('', '', '-. ')).isdigit()",
        "def f(s):\n    for c in '+-. ':\n        s = s.replace(c, '')\n    return s.isdigit()",
    ),
    "a window by slices or by shifted copies": (
        "def f(s, n):\n    return [s[i:i + n] for i in range(len(s) - n + 1)]",
        "def f(s, n):\n    return [''.join(t) for t in zip(*(s[i:] for i in range(n)))]",
    ),
    "a table written out or filled by the module": (
        "T = {'a': 'z', 'b': 'y', 'c': 'x'}\ndef f(s):\n    return [T[c] for c in s]",
        "T = {}\nfor a, b in zip('abcdefghi', 'zyxwvutsr'):\n    T[a] = b\ndef f(s):\n    return [T[c] for c in s]",
    ),
    "a method of another class of the same name": (
        "class A:\n    def total(self, xs):\n        return sum(xs)\ndef total(xs):\n    return A().total(xs)",
        "def total(xs):\n    return sum(xs)",
    ),
    "a built-in method of the function's name": (
        "def reverse(xs):\n    ys = list(xs)\n    ys.reverse()\n    return ys",
        "def f(xs):\n    return xs[::-1]",
    ),
    "a dictionary or a set of what was met": (
        "def f(xs):\n    d = {}\n    for x in xs:\n        d[x] = True\n    return len(d)",
        "def f(xs):\n    d = set()\n    for x in xs:\n        d.add(x)\n    return len(d)",
    ),
    "a search that steps or visits": (
        "def f(n):\n    r = 1\n    while r * r < n:\n        r += 1\n    return r",
        "def f(n):\n    for r in range(n):\n        if r * r >= n:\n            return r",
    ),
    "pairs of different items by loops or a library": (
        "from itertools import combinations\ndef f(xs, t):\n    for a, b in combinations(xs, 2):\n"
        "        if a + b == t:\n            return a, b",
        "def f(xs, t):\n    for i in range(len(xs)):\n        for j in range(i + 1, len(xs)):\n"
        "            if xs[i] + xs[j] == t:\n                return xs[i], xs[j]",
    ),
    "digits from a table or by conditions, weighed by position": (
        "V = {'a': 1, 'b': 2, 'c': 3, 'd': 4}\ndef f(s):\n    return sum(V[c] * i for i, c in enumerate(s))",
        "def f(s):\n    t = 0\n    for i in range(len(s)):\n        t += int(s[i]) * i\n    return t",
    ),
    "rows made of the row before": (
        "def f(n):\n    rows = [[1]]\n    while len(rows) < n:\n        last = rows[-1]\n        new = [1]\n"
        "        for a, b in zip(last, last[1:]):\n            new.append(a + b)\n        rows.append(new + [1])\n    return rows",
        "def f(n):\n    row = [1]\n    out = []\n    for _ in range(n):\n        out.append(row)\n"
        "        row = [a + b for a, b in zip([0] + row, row + [0])]\n    return out",
    ),
}

APART = {
    "recursion and loop": (
        "def f(n):\n    return 1 if n < 2 else n * f(n - 1)",
        "def f(n):\n    t = 1\n    for i in range(2, n + 1):\n        t *= i\n    return t",
    ),
    "digits by division and as text": (
        "def f(n):\n    t = 0\n    while n:\n        t += n % 10\n        n //= 10\n    return t",
        "def f(n):\n    return sum(int(c) for c in str(n))",
    ),
    "digits and factors": (
        "def f(n):\n    r = []\n    while n:\n        r.append(n % 7)\n        n //= 7\n    return r",
        "def f(n):\n    r = []\n    d = 2\n    while n > 1:\n        if n % d:\n            d += 1\n        else:\n"
        "            r.append(d)\n            n //= d\n    return r",
    ),
    "all divisors and those up to the square root": (
        "def f(n):\n    return all(n % d for d in range(2, n))",
        "def f(n):\n    return all(n % d for d in range(2, int(n ** 0.5) + 1))",
    ),
    "one pass and one within another": (
        "def f(xs):\n    b = t = 0\n    for x in xs:\n        t = max(0, t + x)\n        b = max(b, t)\n    return b",
        "def f(xs):\n    b = 0\n    for i in range(len(xs)):\n        t = 0\n        for x in xs[i:]:\n            t += x\n"
        "            b = max(b, t)\n    return b",
    ),
    "a window and pieces": (
        "def f(s, n):\n    return [s[i:i + n] for i in range(len(s) - n + 1)]",
        "def f(s, n):\n    return [s[i:i + n] for i in range(0, len(s), n)]",
    ),
    "level by level and a table of earlier entries": (
        "def f(g, a, b):\n    seen = {a}\n    level = [a]\n    n = 0\n    while b not in seen:\n        after = []\n"
        "        for x in level:\n            for y in g[x]:\n                if y not in seen:\n"
        "                    seen.add(y)\n                    after.append(y)\n        level = after\n        n += 1\n    return n",
        "def f(n):\n    t = [1]\n    for i in range(1, n):\n        t.append(t[i - 1] + i)\n    return t[-1]",
    ),
    "table and branches": (
        "def f(s):\n    return ''.join({'a': 'b', 'b': 'c', 'c': 'a'}[c] for c in s)",
        "def f(s):\n    r = ''\n    for c in s:\n        if c == 'a':\n            r += 'b'\n        elif c == 'b':\n"
        "            r += 'c'\n        elif c == 'c':\n            r += 'a'\n    return r",
    ),
    "recursion by one and by halves": (
        "def f(a, n):\n    return 1 if n == 0 else a * f(a, n - 1)",
        "def f(a, n):\n    if n == 0:\n        return 1\n    h = f(a, n // 2)\n    return h * h * (a if n % 2 else 1)",
    ),
    "a number built digit by digit and a weighed sum": (
        "def f(s):\n    t = 0\n    for c in s:\n        t = t * 16 + int(c)\n    return t",
        "def f(s):\n    return sum(int(c) * 16 ** i for i, c in enumerate(s[::-1]))",
    ),
    "memory and none": (
        "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)",
        "M = {}\ndef f(n):\n    if n not in M:\n        M[n] = n if n < 2 else f(n - 1) + f(n - 2)\n    return M[n]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_two_wordings_of_one_strategy_share_what_decides(name: Any) -> None:
    first, second = SAME[name]
    assert strategy(first) == strategy(second)


@pytest.mark.parametrize("name", APART)
def test_two_strategies_part(name: Any) -> None:
    first, second = APART[name]
    assert strategy(first) != strategy(second)


def test_the_highest_rank_decides_and_the_rest_is_incidental() -> None:
    assert deciding({"sorts", "calls itself", "adds up"}) == ("calls itself",)
    assert deciding({"sorts", "scans a table"}) == ("sorts",)
    assert deciding({"a mechanism without a rank"}) == ()


def test_what_a_mechanism_implies_is_left_out() -> None:
    assert deciding({"compares sets", "collects a set"}) == ("compares sets",)
    assert deciding({"computes with code points", "chains tests of order"}) == ("computes with code points",)


def test_a_program_of_imports_alone_is_known_by_its_library() -> None:
    assert strategy("from calendar import isleap as leap_year") == "library: calendar"


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("const f = (s) => s.split('').sort().join('')", "sorts"),
        ("const f = (s) => /^[a-z]+-[a-z]+$/.test(s)", "regular expression: search"),
        ("function f(xs) { const t = {}; xs.forEach((x) => { t[x] = (t[x] || 0) + 1 }); return t }", "tallies"),
        ("const f = (n) => (n < 2 ? n : f(n - 1) + f(n - 2))", "calls itself"),
        ("const f = (xs) => xs.filter((x, i) => xs.indexOf(x) === i)", "finds each item anew"),
        ("const f = (s) => { const seen = {}; for (const c of s) { if (seen[c]) return c; seen[c] = true } }",
         "remembers what it has seen"),
    ],
)  # fmt: skip
def test_javascript_is_read_in_the_same_words(code: Any, wanted: Any) -> None:
    assert strategy(code, "javascript") == wanted


def test_two_loops_with_a_variable_of_one_name_do_not_share_it() -> None:
    twice = (
        "function f(xs) { let t = 0; for (let i = 0; i < xs.length; i++) { t += xs[i] } "
        "for (let i = 0; i < xs.length; i++) { t += xs[i] } return t }"
    )
    apart = twice.replace(
        "let i = 0; i < xs.length; i++) { t += xs[i] } return",
        "let k = 0; k < xs.length; k++) { t += xs[k] } return",
    )
    assert (
        program_signature(twice, language="javascript").atoms
        == program_signature(apart, language="javascript").atoms
    )


@pytest.mark.parametrize(
    ("code", "manner"),
    [
        ("def f(t):\n    r = ''\n    for c in t:\n        r = c + r\n    return r", "puts in front"),
        ("def f(t):\n    return [t[i] for i in range(len(t) - 1, -1, -1)]", "walks from the end"),
        ("def f(xs):\n    r = 0\n    for x in xs:\n        r = r * 16 + x\n    return r", "builds up by a factor"),
        ("def f(xs):\n    s = t = 0\n    for x in xs:\n        s += x\n        t += s\n    return t", "sums running sums"),
        ("def f(n):\n    g = n\n    while g * g > n:\n        g = (g + n // g) // 2\n    return g", "improves a guess"),
        ("def f(rows):\n    top = [r.strip() for r in rows]\n    return top + top[-2::-1]", "mirrors"),
    ],
)  # fmt: skip
def test_where_no_algorithm_is_known_the_manner_counts(code: Any, manner: Any) -> None:
    assert manner in strategy(code).split("; ")
    assert deciding(["sorts", "collects", "puts in front"]) == ("sorts",)


def test_dates_alone_do_not_make_a_strategy() -> None:
    dates = ["library: datetime", "filters"]
    assert deciding([*dates, "collects"]) != deciding([*dates, "searches"])
    assert deciding(["library: heapq", "collects"]) == deciding(["library: heapq", "searches"])
