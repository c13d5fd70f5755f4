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

#: How wide the page is, in pixels: as the documents show it, so that words can be read; how much of it is
#: looked at in one go; and how many colours the file may have.
WIDTH, HEIGHT, COLOURS = 900, 1180, 96
#: What is shown of the page, one stretch above the other: where each begins, and before which part it ends.
SHOWN = (("", "asked"), ("network", "scores"))
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
                parts = []
                for start, end in SHOWN:
                    top = page.run(f"document.getElementById('{start}').offsetTop") if start else 0
                    page.run(f"scrollTo(0, {top})")
                    height = page.run(f"document.getElementById('{end}').offsetTop") - top
                    seen = Image.open(io.BytesIO(page.picture())).convert("RGB")
                    parts.append(seen.crop((0, 0, WIDTH, min(height, HEIGHT))))
                both = Image.new("RGB", (WIDTH, sum(part.height for part in parts)), "white")
                above = 0
                for part in parts:
                    both.paste(part, (0, above))
                    above += part.height
                path = ROOT / "docs" / "images" / f"report-{language}.png"
                both.quantize(COLOURS).save(path, optimize=True)
                size = path.stat().st_size
                print(f"{path.relative_to(ROOT)}: {size:,} bytes")
                assert size <= MOST_BYTES, "too large: take fewer colours, or show less"


if __name__ == "__main__":
    main()
