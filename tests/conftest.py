"""The cast: the same people in every test."""

import gc
import os
import tempfile

os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="ake-portal-test-")
os.environ["ENV_FILE"] = os.devnull
for name in ("SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL", "EMAIL_URL"):
    os.environ.pop(name, None)

from datetime import UTC, datetime  # noqa: E402  the environment must be set before Django reads it

import pytest  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import translation  # noqa: E402

from ake_portal.lib.kept import forget_all  # noqa: E402
from notifications import delivery, outbox  # noqa: E402
from people import kept  # noqa: E402
from tests import builders, emptying  # noqa: E402


@pytest.fixture
def now():
    """A Tuesday at work; tests that need another day travel from here."""
    return datetime(2026, 10, 6, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(now, time_machine):
    time_machine.move_to(now, tick=True)


@pytest.fixture(autouse=True)
def _nothing_kept():
    """What a process keeps of small tables is of the database of the test before."""
    forget_all()


@pytest.fixture(autouse=True)
def _nothing_is_taken_for_broken():
    """A process remembers for a while which server did not answer: not from one test to the next."""
    delivery.resting.reset()
    outbox.no_broker.reset()
    outbox.called.reset()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Migrations make all models anew hundreds of times: what is left of them is collected once, when they are done."""
    gc.disable()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """What is there by now stays: Python need not look through it for garbage again and again.

    PostgreSQL refuses to empty what is written once, but between tests of several processes Django does just that.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for table in emptying.WRITTEN_ONCE:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER never_emptied")
            emptying.instead_of_truncate()


@pytest.fixture(autouse=True)
def _finnish():
    """Each test begins in Finnish, whatever language the last page of the one before was in."""
    translation.activate("fi")


@pytest.fixture
def uusimaa(db):
    return builders.region("porvoo", name_fi="Uusimaa", name_sv="Nyland", city_fi="Porvoo", city_sv="Borgå")


@pytest.fixture
def lapland(db):
    return builders.region("rovaniemi", name_fi="Lappi", name_sv="Lappland", city_fi="Rovaniemi", city_sv="Rovaniemi")


@pytest.fixture
def askola(uusimaa):
    return builders.library(uusimaa, "Askolan kirjasto", "Askola bibliotek", domain="askola.example")


@pytest.fixture
def loviisa(uusimaa):
    return builders.library(uusimaa, "Loviisan kirjasto", "Lovisa bibliotek", domain="loviisa.example")


@pytest.fixture
def employee(askola):
    """Works in Askola, reads Finnish."""
    return builders.person("aino@askola.example", "Aino", "Esimerkki", library=askola, title="kirjastovirkailija")


@pytest.fixture
def colleague(loviisa):
    """Works in Loviisa, reads Swedish."""
    return builders.person(
        "linnea@loviisa.example", "Linnea", "Exempel", library=loviisa, language="sv", title="bibliotekarie"
    )


@pytest.fixture
def director(askola):
    """Directs the library in Askola."""
    person = builders.person("johtaja@askola.example", "Kerttu", "Johtava", library=askola, title="kirjastonjohtaja")
    askola.director = person
    askola.save()
    return person


@pytest.fixture
def coordinator(uusimaa):
    """Works at the AKE in Porvoo."""
    person = builders.person("ake@porvoo.example", "Petra", "Kehittäjä", title="informaatikko")
    uusimaa.coordinators.add(person)
    return person


@pytest.fixture
def other_coordinator(lapland):
    """Works at the AKE in Rovaniemi."""
    person = builders.person("ake@rovaniemi.example", "Sade", "Tunturi", title="informaatikko")
    lapland.coordinators.add(person)
    return person


@pytest.fixture
def stranger(lapland):
    """Works at a library of another region."""
    library = builders.library(lapland, "Inarin kirjasto", "Enare bibliotek", domain="inari.example")
    return builders.person("vieras@inari.example", "Ville", "Vieras", library=library)


@pytest.fixture
def superuser(db):
    return builders.person("yllapito@ake.example", "Yrjö", "Ylläpito", is_superuser=True)


@pytest.fixture
def training(uusimaa):
    """A published training day in Porvoo in three weeks, 40 seats."""
    return builders.training(uusimaa)


@pytest.fixture
def host(loviisa):
    """Directs the library in Loviisa, reads Swedish."""
    person = builders.person(
        "chef@loviisa.example", "Hanna", "Värd", library=loviisa, language="sv", title="bibliotekschef"
    )
    loviisa.director = person
    loviisa.save()
    return person


@pytest.fixture
def loviisa_main(loviisa):
    """The main library in Loviisa."""
    return builders.branch(loviisa, "Loviisan pääkirjasto", "Lovisa huvudbibliotek", lat=60.456, lon=26.225)


@pytest.fixture
def sign_in(client):
    """Sign a person in on the test client: `client = sign_in(employee)`."""

    def enter(person):
        client.force_login(person)
        kept.regions.rows  # noqa: B018  read as by a process that has served a page already
        return client

    return enter


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In the full run of CI nothing may be left out: a skipped test fails there."""
    report = yield
    if os.environ.get("CI") == "true" and "DATABASE_URL" in os.environ and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI runs everything: {report.longrepr}"
    return report
