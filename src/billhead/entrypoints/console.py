"""The browser app, served by the same process from the files built into the package."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

_FILES = Path(__file__).parent / "console"
_API_PREFIXES = ("billing/", "api/", "ext/", "openapi.json", "docs", "assets/")


def mount_console(app: FastAPI) -> None:
    """Serve `/assets` for ever (their names hold hashes) and the app's page for every other path that is not API."""
    if (_FILES / "assets").is_dir():
        app.mount("/assets", _Immutable(directory=_FILES / "assets"), name="assets")
    app.add_api_route("/{path:path}", _page, methods=["GET"], include_in_schema=False)


async def _page(request: Request, path: str) -> Response:
    page = _FILES / "index.html"
    if path.startswith(_API_PREFIXES) or not page.is_file():
        raise HTTPException(404, "There is nothing here.")
    named = _FILES / path
    if path and "/" not in path and not path.startswith(".") and named.is_file():
        return FileResponse(named)
    return FileResponse(page, headers={"Cache-Control": "no-cache"})


class _Immutable(StaticFiles):
    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
