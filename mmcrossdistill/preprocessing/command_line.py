"""How the tools that prepare data start and end."""
from __future__ import annotations

import argparse
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


def run_command(
    name: str, description: str, add_arguments: Callable[[argparse.ArgumentParser], None],
    run: Callable[[argparse.Namespace], int],
) -> int:
    """Parse the command line of a tool and run it.

    Args:
        name: of the tool, before messages.
        description: for ``--help``, printed as it is.
        add_arguments: adds the options.
        run: does the work with the parsed options and returns an exit code.

    Returns:
        See :func:`exit_code_of`.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    args = parser.parse_args()
    return exit_code_of(lambda: run(args), name)
