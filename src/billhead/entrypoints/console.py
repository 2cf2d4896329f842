"""The browser app, served by the same process from the files built into the package."""

import gzip
import mimetypes
import os
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

_FILES = Path(__file__).parent / "console"
_COMPRESSED = {".js", ".css", ".svg", ".map"}
_API_PREFIXES = ("billing/", "api/", "ext/", "openapi.json", "docs/", "assets/")


def mount_console(app: FastAPI) -> None:
    """Serve `/assets` for ever (their names hold hashes) and the app's page for every other path that is not API."""
    if (_FILES / "assets").is_dir():
        app.mount("/assets", _Immutable(directory=_FILES / "assets"), name="assets")
    app.add_api_route("/{path:path}", _page, methods=["GET"], include_in_schema=False)


async def _page(request: Request, path: str) -> Response:
    page = _FILES / ("docs.html" if path == "docs" else "index.html")
    if path.startswith(_API_PREFIXES) or not page.is_file():
        raise HTTPException(404, "There is nothing here.")
    named = _FILES / path
    if path and "/" not in path and not path.startswith(".") and named.is_file():
        return FileResponse(named)
    return FileResponse(page, headers={"Cache-Control": "no-cache"})


class _Immutable(StaticFiles):
    """Files that never change under their name: kept by browsers for ever, sent compressed to whoever takes that."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        if "gzip" in Headers(scope=scope).get("accept-encoding", "") and Path(full_path).suffix in _COMPRESSED:
            media_type = mimetypes.guess_type(str(full_path))[0]
            response = Response(_gzipped(str(full_path)), status_code, media_type=media_type)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@lru_cache(maxsize=200)
def _gzipped(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)
