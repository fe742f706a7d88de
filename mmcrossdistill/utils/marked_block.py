"""Generated parts of documents that people write."""
from __future__ import annotations


def markers(name: str) -> tuple[str, str]:
    """Name the lines around a block.

    Args:
        name: of the block.

    Returns:
        First and last line.
    """
    return f'<!-- {name}:begin -->', f'<!-- {name}:end -->'


def replace_block(text: str, name: str, body: str) -> str:
    """Replace what stands between the markers of a block.

    Args:
        text: of the document.
        name: of the block.
        body: what shall stand there.

    Returns:
        The new text; all outside the markers is untouched.

    Raises:
        ValueError: if the markers are missing.
    """
    begin, end = markers(name)
    if begin not in text or end not in text.split(begin)[-1]:
        raise ValueError(
            f'no {begin} ... {end} block; add the two lines where the results shall stand')
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    return f'{head}{begin}\n{body}\n{end}{tail}'
