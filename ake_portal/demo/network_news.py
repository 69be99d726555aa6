"""What the networks of the demo tell their members and have made for everybody, through the real actions."""

import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from ake_portal.demo.pictures import drawn
from ake_portal.demo.programme import written_at
from ake_portal.lib import days, pdf
from ake_portal.lib.progress import progress
from networks import news, shelf
from networks.models import News, Publication, PublicationVersion

SOURCE = Path(__file__).with_name("network_news.toml")
LANGUAGES = ("fi", "sv")


def load(networks, cast, now):
    """Make the news and publications of network_news.toml as of `now`; `networks` and `cast` by key. Returns how many of both."""
    source = tomllib.loads(SOURCE.read_text())
    for said in progress(source["news"], "News"):
        _tell(networks[said["network"]], cast["porvoo"], said, now)
    for said in progress(source["publication"], "Publications"):
        _publish(networks[said["network"]], said, days.local(now).year)
    return len(source["news"]) + len(source["publication"])


def _ago(number, now):
    """A moment so many days ago, at work."""
    day = days.local(now).date() - timedelta(days=number)
    while not days.is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(10), days.HELSINKI)


def _tell(network, coordinator, said, now):
    """News of the network's first leader, else of the AKE, with mails dated to their day."""
    leader = network.leaders.select_related("person").first()
    when = _ago(said["ago"], now)
    texts = {}
    for language in LANGUAGES:
        title, text = said.get(language, ("", ""))
        texts |= {f"title_{language}": title, f"text_{language}": text.strip()}
    author = leader.person if leader else coordinator
    news.send(News.objects.create(network=network, author=author, created_at=when, **texts), now=when)
    written_at(when)


def _publish(network, said, this_year):
    """A publication with a PDF in each language; a version without a month is kept up to date, so it is this year's."""
    texts = {
        f"{name}_{language}": said[name][n]
        for name in ("title", "summary", "made_by")
        for n, language in enumerate(LANGUAGES)
    }
    publication = Publication.objects.create(
        network=network,
        region=network.region,
        kind=said["kind"],
        year=said["year"],
        cover=shelf.cover_of(drawn(said["cover"])),
        is_shown=True,
        **texts,
    )
    for version in said["version"]:
        file = shelf.version_of(_printed(publication, version))
        PublicationVersion.objects.create(
            publication=publication,
            language=version["language"],
            year=version.get("year", this_year),
            month=version.get("month"),
            file=file,
            file_name=file.name,
        )


def _printed(publication, version):
    """A page of the publication in the version's language, as a PDF that is handed in."""
    language = version["language"]
    title = getattr(publication, f"title_{language}")
    content = pdf.render(
        "guide",
        title=title,
        language=language,
        sender=getattr(publication, f"made_by_{language}"),
        date="/".join(str(version[part]) for part in ("month", "year") if part in version),
        paragraphs=version["paragraphs"],
    )
    return SimpleUploadedFile(f"{title}.pdf", content, "application/pdf")
