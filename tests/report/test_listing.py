"""Source and diffs as HTML: coloured, escaped, one line a line."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reroll.report.site.listing import diff_html, source_html
from reroll.report.untrusted import visible

DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-return a < b\n+return a <= b  # ends\n"


def text_of(html: str) -> Any:
    return [
        unescape(re.sub(r"<[^>]*>", "", line))
        for line in re.findall(r'<span class="line[^"]*">(.*?)</span>', html)
    ]


def test_added_and_removed_lines_are_marked() -> None:
    html = diff_html(DIFF, language="python")
    assert re.findall(r'class="line ?(\w*)"', html) == ["file", "file", "hunk", "del", "add"]


def test_keywords_and_comments_are_coloured() -> None:
    html = diff_html(DIFF, language="python")
    assert '<i class="tk">return</i>' in html
    assert '<i class="tc"># ends</i>' in html


def test_the_text_is_unchanged() -> None:
    assert text_of(diff_html(DIFF, language="python")) == DIFF.splitlines()


@given(
    st.text(
        alphabet=st.characters(exclude_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=60
    )
)
def test_any_line_survives_in_any_language(line: str) -> None:
    for language in ("python", "javascript", "no-such-language"):
        assert text_of(source_html(line, language=language)) == ([visible(line)] if line else [])


@pytest.mark.parametrize(
    "trick", ["\x1b[2J", "\u202e", "\u2066", "\x00", "\x9b", "\ufeff", "\U000e0041", "\r"]
)
def test_tricks_are_written_out(trick: str) -> None:
    assert visible(f"a{trick}b") == f"a⟨U+{ord(trick[0]):04X}⟩{trick[1:]}b"


def test_ordinary_text_stays_as_it_is() -> None:
    text = "naïve → 中文 🙂\n\tindented"
    assert visible(text) == text
