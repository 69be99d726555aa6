"""What axe says about a page, loaded once: in light and dark, narrow and wide, and whether it scrolls sideways at 320 px."""

import json
import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
# A scheme changes colours and nothing else
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
SHOTS = os.environ.get("SHOTS")


def violations(page, about, wcag_only=False, widths=(1280, 390), reload=False):
    """[(about, scheme, width, rule, places)] of the loaded page; `wcag_only` leaves out what is merely good practice.

    `reload` is for pages that look at the scheme only when they are loaded.
    """
    found = []
    everything = EVERYTHING
    if wcag_only:
        everything = {**EVERYTHING, "runOnly": {"type": "tag", "values": TAGS[:-1]}}
    page.evaluate(SCRIPT)
    for scheme, options in (("light", everything), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        if reload and scheme == "dark":
            page.reload()
            page.locator("html.dark").wait_for(state="attached")
            page.evaluate(SCRIPT)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            if SHOTS:
                _shoot(page, f"{about}-{scheme}-{width}")
            for rule in page.evaluate("options => axe.run(options).then(said => said.violations)", options):
                places = [
                    (node["html"][:200], node["target"], (node.get("failureSummary") or "")[:300])
                    for node in rule["nodes"]
                ]
                found.append((about, scheme, width, rule["id"], places[:3]))
    page.set_viewport_size({"width": 320, "height": 900})
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wide = page.evaluate(
            "[...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
            ".slice(0, 3).map(one => one.outerHTML.slice(0, 120))"
        )
        found.append((about, "light", 320, "scrolls sideways", wide))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    return found


def _shoot(page, name):
    path = Path(SHOTS) / (re.sub(r"[^a-zA-Z0-9-]+", "_", name) + ".png")
    page.screenshot(path=path, full_page=True)


def told(found):
    """The violations as a readable text."""
    return json.dumps(found, indent=1, ensure_ascii=False, default=str)
