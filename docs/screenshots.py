"""Draw docs/report.png, the picture in the README, from the report that `make report` wrote.

python docs/screenshots.py [reports/demo/report.html]
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

WIDTH, HEIGHT, MOST = 1280, 1000, 250_000  # pixels, and bytes that the picture may have
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


def draw(page_file: Path, out: Path) -> int:
    """Write the top of the page as a PNG of few colours and return its size in bytes."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("Chromium is not installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(page_file.resolve().as_uri())
        shot = page.screenshot()
        browser.close()
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(96, dither=Image.Dither.NONE)
    picture.save(out, optimize=True)
    return out.stat().st_size


if __name__ == "__main__":
    source = Path(sys.argv[1] if len(sys.argv) > 1 else "reports/demo/report.html")
    target = Path(__file__).with_name("report.png")
    size = draw(source, target)
    if size > MOST:
        sys.exit(f"{target}: {size:,} bytes, more than {MOST:,}")
    print(f"{target}: {size:,} bytes")
