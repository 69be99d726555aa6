"""Pictures from outside: hostile ones are refused with a reason at the field, harmless ones are written anew."""

from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ideas import pictures
from ideas.models import Picture
from tests import builders
from tests.portal.test_uploads import HOSTILE, small_pdf


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Tests that run beside these keep files too."""
    settings.MEDIA_ROOT = tmp_path


FILES = {about: content for about, (content, _code) in HOSTILE.items()} | {"a PDF without guile": small_pdf()}


@pytest.mark.parametrize("about", FILES)
@pytest.mark.parametrize("name", ["koira.jpg", "../../etc/passwd", '<img src=x onerror="alert(1)">.png'])
def test_hostile_files_are_refused_and_nothing_is_kept(sign_in, employee, about, name):
    idea = builders.idea(employee)
    before = _files()
    sent = {
        "title": "Koira",
        "language": "fi",
        "body": "Uusi teksti",
        "picture": SimpleUploadedFile(name, FILES[about]),
    }
    response = sign_in(employee).post(f"/fi/ideas/{idea.pk}/edit/", sent)
    page = response.content.decode()
    assert response.status_code == 422 and 'class="field-error" id="id_picture_error"' in page
    assert "<img src=x" not in page and "Uusi teksti" in page
    assert not Picture.objects.exists() and _files() == before


def _files():
    return {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def turned(text=b"Exif of a secret place"):
    """A photo that a telephone has laid on its side, with words about where it was taken."""
    picture = Image.new("RGB", (80, 40), "#0b5a8a")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, text.decode()
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("puhelin.jpg", out.getvalue())


def test_a_photo_is_turned_upright_and_tells_nothing_but_its_picture(employee):
    upload = turned()
    assert b"secret place" in upload.read()
    upload.seek(0)
    picture = pictures.add(builders.idea(employee), pictures.examine(upload), "Koira")
    assert (picture.width, picture.height) == (40, 80)
    for file in (picture.large, picture.small):
        content = file.open("rb").read()
        assert b"secret place" not in content and not Image.open(BytesIO(content)).getexif()


def test_both_sizes_stay_what_they_were_and_are_never_larger(employee):
    idea = builders.idea(employee)
    png = SimpleUploadedFile("kaavio.png", builders.photo("kaavio.png", (1000, 500), "PNG").read())
    picture = pictures.add(idea, pictures.examine(png), "Kaavio")
    assert picture.large.name.endswith(".png") and picture.small.name.endswith(".png")
    assert (picture.width, picture.small_width) == (1000, 640)
    tiny = builders.picture(idea, size=(40, 30))
    assert (tiny.width, tiny.height, tiny.small_width) == (40, 30, 40)


def test_files_go_when_keeping_the_picture_fails(employee, monkeypatch):
    idea, before = builders.idea(employee), _files()
    accepted = pictures.examine(builders.photo())
    monkeypatch.setattr(Picture, "save", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pictures.add(idea, accepted, "Koira")
    assert _files() == before
