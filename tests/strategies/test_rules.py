"""Each rule of the normal form: what it makes equal, and what it must leave apart."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest


def function(body: str) -> str:
    return "def f(a, b, xs, d):\n" + textwrap.indent(textwrap.dedent(body).strip() + "\n", "    ")


EQUAL_AS_EDITS = {
    "names": ("t = a\nt = t + b\nreturn t * t - t", "u = a\nu = u + b\nreturn u * u - u"),
    "comments": ("return a", "# the result\nreturn a  # as it is"),
    "docstrings": ("return a", '"""Return a."""\nreturn a'),
    "type hints": ("t = 0\nt = t + a\nreturn t", "t: int = 0\nt = t + a\nreturn t"),
    "formatting": ("return g(a, b)", "return g(\n    a,\n    b,\n)"),
    "digits": ("return a == 1000", "return a == 1_000"),
    "quotes": ("return 'a\\n'", 'return "a" "\\n"'),
    "mirrored comparison": ("return a < b", "return b > a"),
    "equality": ("return a == b", "return b == a"),
    "sum of terms": ("return a + 1", "return 1 + a"),
    "sum with constant": ("return a + 2 - 1", "return a + 1"),
    "product": ("return a * b", "return b * a"),
    "square": ("return a * a", "return a ** 2"),
    "bitwise order": ("return a & b", "return b & a"),
    "precedence of and over xor": ("return a ^ b & d", "return a ^ (b & d)"),
    "negated comparison": ("return not a < b", "return a >= b"),
    "negated connective": ("return not (a < b and b < d)", "return a >= b or b >= d"),
    "length as a test": ("if len(xs) > 0:\n    g()", "if xs:\n    g()"),
    "remainder as a test": ("if a % 2 == 1:\n    g()", "if a % 2:\n    g()"),
    "chained comparison": ("return 1 < a < 3", "return a > 1 and a < 3"),
    "augmented assignment": ("a = a + b\nreturn a", "a += b\nreturn a"),
    "returned conditional": ("if a:\n    return b\nreturn d", "return b if a else d"),
    "assigned branch": ("if a:\n    t = 1\nelse:\n    t = 2\ng(t)\ng(t)", "t = 1 if a else 2\ng(t)\ng(t)"),
    "inverted branch": ("if a:\n    g()\nelse:\n    h(b)", "if not a:\n    h(b)\nelse:\n    g()"),
    "early exit": ("if a:\n    return 1\nelse:\n    g()\n    return 2", "if a:\n    return 1\ng()\nreturn 2"),
    "repeated exit": ("if a:\n    return 1\nif b:\n    return 1\nreturn 2", "if a or b:\n    return 1\nreturn 2"),
    "returned test": ("if a < b:\n    return True\nreturn False", "return a < b"),
    "default value": ("if not a:\n    a = 1\nreturn a", "a = a or 1\nreturn a"),
    "nested tests": ("if a:\n    if b:\n        g()", "if a and b:\n    g()"),
    "continue": ("for x in xs:\n    if x:\n        continue\n    g(x)", "for x in xs:\n    if not x:\n        g(x)"),
    "bare return": ("if a:\n    return\ng()", "if not a:\n    g()"),
    "unreachable": ("return a\ng()", "return a"),
    "walk by index": ("for i in range(len(xs)):\n    g(xs[i])", "for x in xs:\n    g(x)"),
    "counting while": ("i = 0\nwhile i < len(xs):\n    g(xs[i])\n    i += 1", "for x in xs:\n    g(x)"),
    "enumerate": ("for i, x in enumerate(xs):\n    g(i, x)", "for i in range(len(xs)):\n    g(i, xs[i])"),
    "endless loop": ("while True:\n    if a:\n        break\n    g()", "while not a:\n    g()"),
    "sentinel": ("for _ in iter(lambda: bool(a), False):\n    g()", "while a:\n    g()"),
    "items": ("for k, v in d.items():\n    g(k, v)", "for k in d:\n    g(k, d[k])"),
    "keys": ("for k in d.keys():\n    g(k)", "for k in d:\n    g(k)"),
    "collecting loop": ("r = []\nfor x in xs:\n    if x:\n        r.append(x + 1)\ng(r)\ng(r)",
                        "r = [x + 1 for x in xs if x]\ng(r)\ng(r)"),
    "collecting a dict": ("r = {}\nfor x in xs:\n    r[x] = a\ng(r)\ng(r)", "r = {x: a for x in xs}\ng(r)\ng(r)"),
    "map": ("return list(map(lambda x: x + 1, xs))", "return [x + 1 for x in xs]"),
    "filter": ("return list(filter(lambda x: x > 1, xs))", "return [x for x in xs if x > 1]"),
    "brackets in a consumer": ("return sum([x * 2 for x in xs])", "return sum(x * 2 for x in xs)"),
    "swap by turns": ("t = xs[0]\nxs[0] = xs[1]\nxs[1] = t", "xs[0], xs[1] = xs[1], xs[0]"),
    "absolute value": ("return max(a, -a)", "return abs(a)"),
    "parallel assignment": ("t, u = 1, 2\ng(t, t)\ng(u, u)", "t = 1\nu = 2\ng(t, t)\ng(u, u)"),
    "constructors": ("t = list()\ng(t, t)", "t = []\ng(t, t)"),
    "value that is kept": ("a = b if a is None else a\nreturn a + 1", "if a is None:\n    a = b\nreturn a + 1"),
    "asked before an update": ("if a in d:\n    d[a] += 1\nelse:\n    d[a] = 1", "d[a] = d.get(a, 0) + 1"),
    "set before an update": ("if a not in d:\n    d[a] = 5\nd[a] += b", "d[a] = d.get(a, 5) + b"),
    "copying slice": ("t = xs[:]\ng(t, t)", "t = list(xs)\ng(t, t)"),
    "spread": ("t = [*xs]\ng(t, t)", "t = list(xs)\ng(t, t)"),
    "last item": ("return xs[len(xs) - 1]", "return xs[-1]"),
    "found in text": ("return a.find(b) != -1", "return b in a"),
    "not found in text": ("return a.find(b) < 0", "return b not in a"),
    "operator functions": ("import operator\nreturn operator.add(a, b)", "return a + b"),
    "map of two sequences": ("import operator\nreturn sum(map(operator.mul, xs, d))",
                             "return sum(x * y for x, y in zip(xs, d))"),
    "map of a method": ("return list(map(d.get, xs))", "return [d.get(x) for x in xs]"),
    "split and joined": ("return '-'.join(a.split(' '))", "return a.replace(' ', '-')"),
    "plain pattern": ("import re\nreturn re.sub('ab', 'c', a)", "return a.replace('ab', 'c')"),
    "formatted text": ("return 'a {} of {}'.format(a, b)", "return f'a {a} of {b}'"),
    "unpacked list": ("t, u = [a, b]\ng(t, t)\ng(u, u)", "t, u = a, b\ng(t, t)\ng(u, u)"),
    "lambda with a name": ("t = lambda x: x + a\nreturn t(b) * t(d)", "def t(x):\n    return x + a\nreturn t(b) * t(d)"),
    "match of a tuple": ("match (a % 4, b):\n    case (0, _):\n        return 1\n    case _:\n        return 2",
                         "if a % 4 == 0:\n    return 1\nreturn 2"),
    "step on the other side": ("i = a\nwhile i < b:\n    g(i)\n    i = a + i", "for i in range(a, b, a):\n    g(i)"),
    "range from zero": ("for i in range(0, a):\n    g(i)", "for i in range(a):\n    g(i)"),
    "match": ("match a:\n    case 1:\n        return 2\n    case 3 | 4:\n        return 5\n    case _:\n        return 6",
              "if a == 1:\n    return 2\nelif a in (3, 4):\n    return 5\nelse:\n    return 6"),
}  # fmt: skip

EQUAL_AS_PROGRAMS = {
    "intermediate variable": ("t = g(a)\nreturn t", "return g(a)"),
    "sum": ("t = 0\nfor x in xs:\n    t += x\nreturn t", "return sum(xs)"),
    "sum from elsewhere": ("t = 3\nfor x in xs:\n    t += x\nreturn t", "return sum(xs) + 3"),
    "join": ("t = ''\nfor x in xs:\n    t += x.lower()\nreturn t", "return ''.join(x.lower() for x in xs)"),
    "any": ("for x in xs:\n    if x > a:\n        return True\nreturn False", "return any(x > a for x in xs)"),
    "all": ("for x in xs:\n    if x > a:\n        return False\nreturn True", "return all(x <= a for x in xs)"),
    "in": ("for x in xs:\n    if x == a:\n        return True\nreturn False", "return a in xs"),
    "next": ("for x in xs:\n    if x > a:\n        return x\nreturn b", "return next((x for x in xs if x > a), b)"),
    "flag": ("t = False\nfor x in xs:\n    if x > a:\n        t = True\nreturn t", "return any(x > a for x in xs)"),
    "max": ("t = xs[0]\nfor x in xs:\n    if x > t:\n        t = x\nreturn t", "return max(xs)"),
    "count": ("return len([x for x in xs if x > a])", "return sum(1 for x in xs if x > a)"),
    "sum of tests": ("return sum(x > a for x in xs)", "return sum(1 for x in xs if x > a)"),
    "reduce": ("from functools import reduce\nreturn reduce(lambda t, x: t + x, xs, 0)", "return sum(xs)"),
    "needless check": ("if not xs:\n    return 0\nreturn sum(xs)", "return sum(xs)"),
    "value tested by name": ("for x in xs:\n    t = x > a\n    if t:\n        a = x\nreturn a",
                             "for x in xs:\n    if x > a:\n        a = x\nreturn a"),
    "kept extreme": ("t = a\nfor x in xs:\n    if x * 2 > t:\n        t = x * 2\nreturn t",
                     "t = a\nfor x in xs:\n    t = max(t, x * 2)\nreturn t"),
    "kept extreme from None": ("t = None\nfor x in xs:\n    if t is None or x * 2 > t:\n        t = x * 2\nreturn t",
                               "t = None\nfor x in xs:\n    t = max(t, x * 2)\nreturn t"),
    "division and remainder": ("q, r = divmod(a, b)\nreturn g(q, q, r, r)", "q = a // b\nr = a % b\nreturn g(q, q, r, r)"),
    "whole quotient": ("return int(a / b)", "return a // b"),
    "extend": ("r = []\nfor x in xs:\n    r.extend(x)\nreturn r", "return [y for x in xs for y in x]"),
    "added lists": ("r = []\nfor x in xs:\n    r += x\nreturn r", "return [y for x in xs for y in x]"),
    "sum of lists": ("return sum(xs, [])", "return [y for x in xs for y in x]"),
    "chain": ("from itertools import chain\nreturn list(chain.from_iterable(xs))", "return [y for x in xs for y in x]"),
    "update with one entry": ("t = {}\nfor x in xs:\n    t.update({x: a})\nreturn t", "return {x: a for x in xs}"),
    "entry by entry": ("t = {}\nt['a'] = a\nt['b'] = b\nreturn t", "return {'a': a, 'b': b}"),
    "assigned again": ("t = a + 1\nt = t * b\nreturn g(t, t)", "t = (a + 1) * b\nreturn g(t, t)"),
    "count of a value": ("return sum(1 for x in xs if x == a)", "return xs.count(a)"),
    "a fold": ("from functools import reduce\nreturn reduce(lambda t, x: 3 * t + x, xs, 0)",
               "t = 0\nfor x in xs:\n    t = 3 * t + x\nreturn t"),
    "a fold by a function": ("from functools import reduce\ndef step(t, x):\n    y = g(x)\n    return t * y + y\n"
                             "return reduce(step, xs, 1)",
                             "t = 1\nfor x in xs:\n    y = g(x)\n    t = t * y + y\nreturn t"),
    "a pair of values": ("p = (0, 1)\nfor x in xs:\n    p = (p[1], p[0] + p[1])\nreturn p[0]",
                         "s, t = 0, 1\nfor x in xs:\n    s, t = t, s + t\nreturn s"),
    "items of a pair": ("return [p[0] * p[1] for p in zip(xs, d)]", "return [x * y for x, y in zip(xs, d)]"),
    "named slice": ("return xs[slice(a, b)]", "return xs[a:b]"),
    "copied range": ("return [xs[i] for i in range(a, b)]", "return xs[a:b]"),
    "added to a set": ("t = set()\nfor x in xs:\n    t |= {x.lower()}\nreturn t", "return {x.lower() for x in xs}"),
    "power": ("return pow(a, b)", "return a ** b"),
    "reduce without a start": ("from functools import reduce\nreturn reduce(lambda t, x: t + x, xs)", "return sum(xs)"),
    "larger of two": ("return a if a > b else b", "return max(a, b)"),
    "import names": ("from math import sqrt as root\nreturn root(a)", "import math\nreturn math.sqrt(a)"),
}  # fmt: skip

APART = {
    "operands of a difference": ("return a - b", "return b - a"),
    "texts in order": ("return 'x' + a", "return a + 'x'"),
    "unknown sums": ("return a + b", "return b + a"),
    "open and closed bounds": ("return a < b", "return a <= b"),
    "a copy of what changes": ("for x in list(xs):\n    xs.remove(x)", "for x in xs:\n    xs.remove(x)"),
    "a value read after a change": ("t = xs[0]\nxs.sort()\nreturn t", "xs.sort()\nreturn xs[0]"),
    "text put in front": ("t = ''\nfor x in xs:\n    t = x + t\nreturn t", "t = ''\nfor x in xs:\n    t = t + x\nreturn t"),
    "text put in front by reduce": ("from functools import reduce\nreturn reduce(lambda t, x: x + t, xs, '')",
                                    "from functools import reduce\nreturn reduce(lambda t, x: t + x, xs, '')"),
    "a copy of what a callee may change": ("for x in list(a.xs):\n    x(b)", "for x in a.xs:\n    x(b)"),
    "a default that is not zero": ("if a in d:\n    d[a] += b\nelse:\n    d[a] = 5", "d[a] = d.get(a, 0) + b"),
    "replaced by a group": ("import re\nreturn re.sub('a.', 'b', a)", "return a.replace('a.', 'b')"),
    "split at any blank": ("return ' '.join(a.split())", "return a.replace(' ', ' ')"),
    "short circuit": ("return xs and xs[0]", "return xs[0] and xs"),
    "an index that is used": ("for i in range(len(xs)):\n    g(i)", "for x in xs:\n    g(x)"),
    "constants": ("return a + 1", "return a + 2"),
    "None is not empty": ("if xs is None:\n    g()", "if not xs:\n    g()"),
    "a full count": ("return sum(1 for x in xs if x > a) > 0", "return any(x > a for x in xs)"),
    "a pair that is read as a whole": ("p = (a, b)\ng(p)\nreturn p[0]", "p = (a, b)\nreturn p[0]"),
    "a check that matters": ("if not xs:\n    return 1\nreturn sum(xs)", "return sum(xs)"),
}  # fmt: skip


@pytest.mark.parametrize("rule", EQUAL_AS_EDITS)
def test_wordings_that_a_rule_makes_equal(rule: Any, as_edit: Any) -> None:
    first, second = EQUAL_AS_EDITS[rule]
    assert as_edit(function(first)) == as_edit(function(second))


@pytest.mark.parametrize("rule", EQUAL_AS_PROGRAMS)
def test_programs_that_a_rule_makes_equal(rule: Any, as_program: Any) -> None:
    first, second = EQUAL_AS_PROGRAMS[rule]
    assert as_program(function(first)) == as_program(function(second))


@pytest.mark.parametrize("rule", EQUAL_AS_EDITS)
def test_a_normal_form_in_edit_form_is_a_normal_form_of_programs(rule: Any, as_program: Any) -> None:
    first, second = EQUAL_AS_EDITS[rule]
    assert as_program(function(first)) == as_program(function(second))


@pytest.mark.parametrize("difference", APART)
def test_programs_that_no_rule_makes_equal(difference: Any, as_program: Any) -> None:
    first, second = APART[difference]
    assert as_program(function(first)) != as_program(function(second))
