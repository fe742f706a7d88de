"""How the tools that prepare data end."""
from __future__ import annotations

import sys
from collections.abc import Callable


def exit_code_of(run: Callable[[], int], name: str) -> int:
    """Run a tool; what is wrong with its input becomes one line instead of a traceback.

    Args:
        run: does the work and returns an exit code.
        name: of the tool, before the message.

    Returns:
        The exit code of ``run``; 1 if a file is missing or wrong.
    """
    try:
        return run()
    except (OSError, KeyError, ValueError) as error:
        message = error.args[0] if isinstance(error, KeyError) else error
        print(f'{name}: {message}', file=sys.stderr)
        return 1
