"""Draw the golden pages of the standard templates anew: `tests/layout/golden/pages`.

Names every page that looks otherwise than the one kept before. Look at each of them before they are committed.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from layout.golden.documents import CASES  # noqa: E402
from layout.golden.pictures import FOLDER, differing, drawn, stored, write  # noqa: E402


def main() -> None:
    """Pages that did not change keep their files."""
    for standard, language in CASES:
        shown, kept = drawn(standard, language), stored(standard, language)
        for name in kept.keys() - shown.keys():
            (FOLDER / name).unlink()
        changed = {name: page for name, page in shown.items() if name not in kept or differing(page, kept[name]) > 0}
        for path in write(changed):
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
