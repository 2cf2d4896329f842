"""What the command line says: results go to standard output, everything else to standard error, faults end in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from billhead.refusal import Refusal


@contextmanager
def in_words() -> Iterator[None]:
    """Turns what can go wrong outside the program into words on standard error and exit status 1."""
    try:
        yield
    except Refusal as refusal:
        for field, words in refusal.field_errors.items():
            say(f"{field}: {words}")
        fail(refusal.message)
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        from billhead.entrypoints.trouble import words_for

        known = words_for(error)
        if known is None:
            raise
        fail(known)


def say(words: str) -> None:
    """A line on standard error."""
    typer.echo(words, err=True)


def fail(words: str) -> NoReturn:
    """The last line on standard error; ends the command with status 1."""
    say(f"billhead: {words}")
    raise typer.Exit(1)
