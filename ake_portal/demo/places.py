"""The demo's libraries and people."""

import csv
from datetime import timedelta
from pathlib import Path
from unicodedata import normalize

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from ake_portal.demo import names
from ake_portal.demo.cast import BY_KEY
from ake_portal.lib.progress import progress
from people.models import Branch, Deputy, Library, MailDomain, Municipality, Region, Topic, User

LIBRARIES = Path(__file__).with_name("libraries.csv")
PER_LIBRARY = {"porvoo": 5, "rovaniemi": 6, "kuopio": 4}
# Library of a cast member, by its slug
AT = {"aino": "askola", "director": "askola", "linnea": "loviisa"}
COLLEAGUES = {  # coordinators beside the cast
    "porvoo": ("Hilja", "Kirjovuori", "informaatikko"),
    "kuopio": ("Oiva", "Puropihlaja", "informaatikko"),
}


def plain(text):
    """A name as it stands in an address."""
    return normalize("NFD", text.lower()).encode("ascii", "ignore").decode()


def load_libraries():
    """Libraries with their municipalities, branches and mail domains. Returns them by slug."""
    regions = {region.code: region for region in Region.objects.all()}
    municipalities = {municipality.name_fi: municipality for municipality in Municipality.objects.all()}
    made = {}
    with LIBRARIES.open(encoding="utf-8") as file:
        for row in progress(list(csv.DictReader(file)), "Libraries"):
            library = Library.objects.create(
                region=regions[row["region"]],
                name_fi=row["name_fi"],
                name_sv=row["name_sv"],
                consortium=row["consortium"],
                staff_count=row["staff"],
                email=f"kirjasto@{row['slug']}.example",
            )
            library.slug, library.swedish = row["slug"], int(row["swedish"])
            own = [municipalities[name] for name in row["municipalities"].split(";")]
            Municipality.objects.filter(pk__in=[municipality.pk for municipality in own]).update(library=library)
            MailDomain.objects.create(domain=f"{row['slug']}.example", library=library)
            pairs = [pair.split("|") for pair in row["branches"].split(";")]
            library.own_branches = [
                Branch.objects.create(
                    library=library,
                    municipality=next((one for one in own if name_fi.startswith(one.name_fi[:4])), own[0]),
                    name_fi=name_fi,
                    name_sv=name_sv,
                    area_fi=own[0].name_fi,
                    area_sv=own[0].name_sv,
                )
                for name_fi, name_sv in pairs
            ]
            made[library.slug] = library
    return made


def load_people(libraries, rng):
    """The cast and the invented staff of all libraries, some with interests, some not yet confirmed."""
    now = timezone.now()
    people, taken = [], set()

    def person(first_name, last_name, language, title, library=None, email="", confirmed=True, **fields):
        email = email or f"{plain(first_name)}.{plain(last_name)}@{library.slug if library else 'posti'}.example"
        if email in taken:
            return None
        taken.add(email)
        joined = now - timedelta(days=rng.randrange(60, 500))
        made = User(
            email=email,
            first_name=first_name,
            last_name=last_name,
            language=language,
            title=title,
            library=library,
            branch=rng.choice(library.own_branches) if library else None,
            library_confirmed_at=joined if library and confirmed else None,
            joined_at=joined if confirmed else now - timedelta(days=1),
            password=make_password(None),
            shows_title=rng.random() < 0.6,
            shows_email=rng.random() < 0.5,
            **fields,
        )
        people.append(made)
        return made

    def invented(library, title_of, **fields):
        """Somebody who is not there yet; Swedish-speaking as often as the library's staff is."""
        while True:
            language = "sv" if rng.randrange(100) < library.swedish else "fi"
            first, last = (
                (names.SWEDISH_FIRST, names.SWEDISH_LAST)
                if language == "sv"
                else (names.FINNISH_FIRST, names.FINNISH_LAST)
            )
            made = person(rng.choice(first), rng.choice(last), language, title_of(language), library, **fields)
            if made:
                return made

    for key, member in BY_KEY.items():
        made = person(
            member.first_name,
            member.last_name,
            member.language,
            member.title,
            libraries.get(AT.get(key)),
            member.email,
            is_superuser=key == "superuser",
        )
        made.key = key
    for slug, library in libraries.items():
        if slug != "askola":
            library.chief = invented(library, names.DIRECTOR.get)
        for _ in range(PER_LIBRARY[library.region.code] - 1):
            invented(library, lambda language: rng.choice(names.TITLES[language]))
    for slug in ("askola", "loviisa", "kerava", "inari", "iisalmi"):
        invented(libraries[slug], lambda language: names.TITLES[language][0], confirmed=False)
    coordinators = {
        region: person(*name, email=f"{plain(name[0])}.{plain(name[1])}@{region}.example", language="fi", title=title)
        for region, (*name, title) in COLLEAGUES.items()
    }
    User.objects.bulk_create(people)

    cast = {made.key: made for made in people if hasattr(made, "key")}
    libraries["askola"].chief = cast["director"]
    for library in libraries.values():
        Library.objects.filter(pk=library.pk).update(director=library.chief)
    Deputy.objects.create(
        library=libraries["sipoo"],
        person=next(made for made in people if made.library == libraries["sipoo"] and made != libraries["sipoo"].chief),
        first_day=timezone.localdate(now) - timedelta(days=3),
        last_day=timezone.localdate(now) + timedelta(days=25),
    )
    for code in ("porvoo", "rovaniemi"):
        Region.objects.get(code=code).coordinators.add(cast[code])
    for code, colleague in coordinators.items():
        Region.objects.get(code=code).coordinators.add(colleague)
    _give_interests(people, rng)
    return people, cast


def _give_interests(people, rng):
    """Two or three topics for most people of a library."""
    topics = list(Topic.objects.all())
    through = User.topics.through
    through.objects.bulk_create(
        through(user_id=person.pk, topic_id=topic.pk)
        for person in people
        if person.library and rng.random() < 0.8
        for topic in rng.sample(topics, min(len(topics), rng.choice((2, 3))))
    )
