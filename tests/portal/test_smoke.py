import pytest


@pytest.mark.parametrize(
    "path", ["/fi/", "/sv/", "/fi/trainings/", "/fi/accessibility/", "/healthz", "/readyz", "/robots.txt"]
)
def test_public_page_opens_for_everybody(db, client, path):
    assert client.get(path).status_code == 200
