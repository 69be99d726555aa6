"""Ways through the portal in a browser that don't run ahead of it."""


def click(found):
    """Click what leads to another page, or to the same one again, and wait until that has come."""
    with found.page.expect_navigation():
        found.click()
