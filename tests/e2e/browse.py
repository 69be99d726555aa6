"""Ways through the portal in a browser that don't run ahead of it."""


def click(found):
    """Click what leads to another page, or to the same one again, and wait until that has come."""
    with found.page.expect_navigation():
        found.click()


def press(page, text):
    """Press the button with this text."""
    click(page.get_by_role("button", name=text, exact=True))


def follow(page, text):
    """Follow the first link with this text."""
    click(page.get_by_role("link", name=text, exact=True).first)


def width_of(image):
    """How wide a picture is in pixels; waits until it has come, also one that comes only when it is scrolled to."""
    return image.evaluate("async image => { image.scrollIntoView(); await image.decode(); return image.naturalWidth }")
