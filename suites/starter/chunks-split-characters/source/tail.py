"""Lines of a log that arrives in chunks."""

from collections.abc import Iterable, Iterator


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a UTF-8 stream, without line ends (`\n` or `\r\n`), each as soon as it is complete.

    What follows the last line end is yielded at the end, unless it is empty.
    """
    pending = ""
    for chunk in chunks:
        pending += chunk.decode("utf-8")
        *complete, pending = pending.split("\n")
        for line in complete:
            yield line.removesuffix("\r")
    if pending:
        yield pending


def matching(chunks: Iterable[bytes], word: str) -> Iterator[tuple[int, str]]:
    """Yield the numbers, from 1 on, and the lines that hold a word, whatever its case."""
    wanted = word.casefold()
    for number, line in enumerate(lines(chunks), start=1):
        if wanted in line.casefold():
            yield number, line
