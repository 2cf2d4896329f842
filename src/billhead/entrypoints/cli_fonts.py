"""`billhead fonts …`: fonts for scripts that the shipped ones lack, installed by the operator for every business."""

from pathlib import Path
from typing import Annotated

import typer

from billhead.entrypoints.words import fail, in_words, say

fonts_app = typer.Typer(no_args_is_help=True, help="Fonts beside the shipped ones.")


@fonts_app.command("install")
def fonts_install(
    source: Annotated[Path, typer.Argument(help="a .ttf or .otf file, a folder of them, or a .zip archive")],
) -> None:
    """Check fonts and copy them into the data folder; documents use them from then on. Prints what was installed."""
    from billhead.gateways import font_files
    from billhead.layout import LayoutError
    from billhead.storage.settings import Settings

    with in_words():
        folder = Settings().data_dir / font_files.FOLDER
        installed = 0
        for candidate in font_files.candidates(source):
            try:
                found = font_files.check(candidate)
            except LayoutError as error:
                say(f"{candidate.name}: {error.message}")
                continue
            font, path = found.file, font_files.install(folder, found)
            typer.echo(f"{path}: {_words(font.family, font.weight, font.italic)}")
            installed += 1
        if not installed:
            fail(f"{source}: holds no font that can be used")


@fonts_app.command("list")
def fonts_list() -> None:
    """List the shipped and the installed fonts, in the order in which they are asked for a character."""
    from billhead.gateways import font_files
    from billhead.layout.fonts import shipped_fonts
    from billhead.storage.settings import Settings

    with in_words():
        for family, weight, italic in shipped_fonts():
            typer.echo(f"{_words(family, weight, italic)}  (shipped)")
        for font in font_files.installed_fonts(Settings().data_dir / font_files.FOLDER):
            place = font.place
            words = _words(place.family, place.weight, place.italic)
            typer.echo(f"{words}  {len(font.characters)} characters  {place.path}")


def _words(family: str, weight: int, italic: bool) -> str:
    return f"{family} {weight}{' italic' if italic else ''}"
