"""`billhead backup` and `billhead restore`, with a bar of progress on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as Bar

from billhead.refusal import Malformed, NotFound
from billhead.storage.backup import Progress, RestoreReport, restore_backup, write_backup
from billhead.storage.settings import Settings


def write(settings: Settings, output: Path) -> None:
    """Write one archive of everything, which only its owner may read; refused when the place cannot be written."""
    try:
        with _watched() as progress:
            write_backup(settings, output, progress)
    except OSError as error:
        raise Malformed("FILE_NOT_WRITTEN", f"{output}: {error.strerror or 'cannot be written'}") from error


def read(settings: Settings, archive: Path) -> RestoreReport:
    """Fill the empty database of the settings from an archive, and migrate it."""
    if not archive.is_file():
        raise NotFound("FILE_NOT_FOUND", f"{archive}: there is no such file.")
    with _watched() as progress:
        return restore_backup(settings, archive, progress)


@contextmanager
def _watched() -> Iterator[Progress]:
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
