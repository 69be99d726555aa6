"""What axe says about a page, loaded once: wide and light, narrow and dark, and whether it scrolls sideways on a phone.

Most of axe's time goes into contrast. Whether a text can be read depends on its colour and size and on what lies behind it:
texts that are in all this like one that axe has found to be right on another page are left out.
"""

import json
import os
import re
from collections import defaultdict
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = "color-contrast"
OF_THE_LAYOUT = ["link-in-text-block", "target-size", "scrollable-region-focusable"]
WIDE, PHONE, NARROW = 1280, 390, 320
SHOTS = os.environ.get("SHOTS")
RUN = """([where, options]) => axe.run(where || document, {...options, resultTypes: ['violations'], preload: false})
    .then(said => said.violations.map(rule => [rule.id, rule.nodes.slice(0, 3).map(
        node => [node.html.slice(0, 200), node.target, node.failureSummary])]))"""
# Whatever the contrast of each text in sight depends on, as one line
TEXTS = """() => {
    const behind = new Map([[null, '']]);
    const style = element => {
        const is = getComputedStyle(element);
        return [is.backgroundColor, is.backgroundImage, is.opacity, is.filter, is.mixBlendMode, is.clipPath, is.clip].join();
    };
    const plain = 'rgba(0, 0, 0, 0),none,1,none,normal,none,auto';
    const ground = element => {
        if (!behind.has(element)) {
            const own = style(element);
            behind.set(element, ground(element.parentElement) + (own === plain ? '' : own + '|'));
        }
        return behind.get(element);
    };
    const off = ':disabled, :disabled *, [aria-disabled=true], [aria-disabled=true] *';
    window.texts = [...document.body.querySelectorAll('*')].filter(one => {
        const box = one.getBoundingClientRect();
        return (one.matches('input, select, textarea')
            || [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()))
            && one.checkVisibility({visibilityProperty: true}) && box.width > 1 && box.height > 1 && box.right > 0;
    }).map(one => {
        const is = getComputedStyle(one);
        return [one, [ground(one), is.color, is.fontSize, is.fontWeight, is.textShadow, is.webkitTextStroke, one.matches(off),
            Boolean(one.closest('label')?.control?.disabled)].join()];
    });
    return [...new Set(texts.map(([one, line]) => line))];
}"""
# Only texts like these are looked at
NARROW_DOWN = """wanted => {
    const asked = new Set(wanted);
    const open = texts.filter(([one, line]) => asked.has(line)).map(([one]) => one);
    for (const [one] of texts) one.toggleAttribute('data-known', !open.some(other => one.contains(other)));
}"""
SIDEWAYS = """document.documentElement.scrollWidth <= innerWidth ? null :
    [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120))"""
_readable = defaultdict(set)  # by scheme


def violations(page, about, wcag_only=False, has_switch=False):
    """[(about, scheme, width, rule, places)] of the loaded page; `wcag_only` leaves out what is merely good practice.

    `has_switch` is for pages that look at the scheme only when they are loaded, and have a switch that sets a class.
    """
    found = []

    def look(scheme, width, options):
        if SHOTS:
            _shoot(page, f"{about}-{scheme}-{width}")
        said = page.evaluate(RUN, [None, options]) + _contrast(page, scheme)
        found.extend((about, scheme, width, rule, places) for rule, places in said)

    def look_sideways(width):
        if (wide := page.evaluate(SIDEWAYS)) is not None:
            found.append((about, "dark", width, "scrolls sideways", wide))

    page.evaluate(SCRIPT)
    rules = {"type": "tag", "values": TAGS[:-1] if wcag_only else TAGS}
    _resize(page, WIDE)
    look("light", WIDE, {"runOnly": rules, "rules": {CONTRAST: {"enabled": False}}})
    page.emulate_media(color_scheme="dark")
    if has_switch:
        page.evaluate("document.documentElement.classList.add('dark')")
    _resize(page, PHONE)
    look("dark", PHONE, {"runOnly": {"type": "rule", "values": OF_THE_LAYOUT}})
    look_sideways(PHONE)
    _resize(page, NARROW)
    look_sideways(NARROW)
    _resize(page, WIDE)
    page.emulate_media(color_scheme="light")
    return found


def _resize(page, width):
    if page.viewport_size["width"] != width:
        page.set_viewport_size({"width": width, "height": 900})


def _contrast(page, scheme):
    """What axe says about the contrast of texts that are not like one found right before."""
    new = set(page.evaluate(TEXTS)) - _readable[scheme]
    if not new:
        return []
    page.evaluate(NARROW_DOWN, list(new))
    options = {"runOnly": {"type": "rule", "values": [CONTRAST]}}
    said = page.evaluate(RUN, [{"exclude": [["[data-known]"]]}, options])
    if not said:
        _readable[scheme] |= new
    return said


def _shoot(page, name):
    path = Path(SHOTS) / (re.sub(r"[^a-zA-Z0-9-]+", "_", name) + ".png")
    page.screenshot(path=path, full_page=True)


def told(found):
    """The violations as a readable text."""
    return json.dumps(found, indent=1, ensure_ascii=False, default=str)
