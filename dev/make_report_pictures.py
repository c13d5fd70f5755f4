"""Makes the pictures of a report in docs/images: one in each language, as a browser shows it.

    python dev/make_report_pictures.py

Needs Chromium, and Pillow to make the files small.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

#: What is shown of the page, in pixels, and how many colours the file may have.
WIDTH, HEIGHT, COLOURS = 1120, 1180, 96
#: The largest file that a reader of the documents should have to load.
MOST_BYTES = 150_000


def main() -> None:
    """Train the run that the page on reports describes, open its report, and keep what is seen."""
    from PIL import Image
    from tests.report import browser

    import stirfry

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        report = place / "report.html"
        run = stirfry.train("iris", hidden=[6], epochs=100, seed=1, repeats=10)
        run.report(report)
        with browser.started(place / "profile") as page:
            for language in ("en", "zh"):
                page.look(WIDTH, "light", HEIGHT)
                page.open(report)
                page.run(f"document.querySelector('button[data-lang={language}]').click()")
                page.run("document.documentElement.style.scrollBehavior = 'auto'")
                page.run("document.documentElement.style.overflow = 'hidden'")
                top = page.run("document.getElementById('network').offsetTop")
                parts = []
                for start in (0, top):
                    page.run(f"scrollTo(0, {start})")
                    parts.append(Image.open(io.BytesIO(page.picture())).convert("RGB"))
                both = Image.new("RGB", (2 * WIDTH, HEIGHT), "white")
                both.paste(parts[0], (0, 0))
                both.paste(parts[1], (WIDTH, 0))
                path = ROOT / "docs" / "images" / f"report-{language}.png"
                both.quantize(COLOURS).save(path, optimize=True)
                size = path.stat().st_size
                print(f"{path.relative_to(ROOT)}: {size:,} bytes")
                assert size <= MOST_BYTES, "too large: take fewer colours, or show less"


if __name__ == "__main__":
    main()
