"""People from an Excel table: read, compared with who is there, shown, and then taken in as a whole or not at all.

Nothing is kept between the preview and the import: the rows travel in the page, signed for the person who saw them, and are
compared anew when confirmed.
"""

import zipfile
from dataclasses import dataclass, field
from io import BytesIO

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from openpyxl import load_workbook

from ake_portal.lib.progress import progress
from people.models import Branch, Library, User

LARGEST = 5 * 1024 * 1024  # bytes of a file
LARGEST_UNPACKED = 60 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 2_000
MOST_LINES = 5_000  # rows looked at, empty ones too
HOURS_TO_CONFIRM = 2

COLUMNS = {
    "email": _("e-mail"),
    "first_name": _("first name"),
    "last_name": _("last name"),
    "title": pgettext_lazy("of a person", "title"),
    "library": _("library"),
    "branch": _("branch"),
    "language": _("language"),
}
# How the headers are written in the tables that go round, in three languages
HEADERS = {
    "email": ("sähköposti", "sähköpostiosoite", "e-post", "epost", "e-postadress", "e-mail", "email", "e-mail address"),
    "first_name": ("etunimi", "förnamn", "first name"),
    "last_name": ("sukunimi", "efternamn", "last name", "surname"),
    "title": ("nimike", "titteli", "ammattinimike", "titel", "yrkestitel", "title", "job title"),
    "library": ("kirjasto", "bibliotek", "library"),
    "branch": ("toimipaikka", "toimipiste", "verksamhetsställe", "branch"),
    "language": ("kieli", "asiointikieli", "språk", "language"),
}
LANGUAGES = {
    "fi": ("fi", "suomi", "finska", "finnish"),
    "sv": ("sv", "ruotsi", "svenska", "swedish"),
}


class BadTable(Exception):
    """The file cannot be read as a table of people; the message says why."""


@dataclass
class Person:
    """A row of the table and what would happen: `changes` are (what, before, after)."""

    line: int
    user: User
    is_new: bool
    changes: list = field(default_factory=list)


@dataclass
class Plan:
    """What an import would do. With `errors`, (line, column, message), it does nothing."""

    people: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def new(self):
        return [person for person in self.people if person.is_new]

    @property
    def changed(self):
        return [person for person in self.people if person.changes and not person.is_new]

    @property
    def unchanged(self):
        return [person for person in self.people if not person.changes and not person.is_new]


# Reading


def _looked_through(content):
    """Refuse what is no workbook, or one that unpacks into more than a table of people can be."""
    if len(content) > LARGEST:
        raise BadTable(_("The file is larger than 5 MB."))
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise BadTable(_("The file unpacks into far more than a table of people. It was not read."))
            if "xl/workbook.xml" not in package.namelist():
                raise BadTable(_("This is not an Excel workbook (xlsx)."))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and b"<!" in package.read(part)[:2048]:
                    raise BadTable(_("The file has definitions that no Excel table has. It was not read."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BadTable(_("This is not an Excel workbook (xlsx).")) from error


def read(content):
    """Rows of the first sheet as (line number, {column: text}). Raises BadTable, its message in the reader's language."""
    _looked_through(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        lines = []
        for number, cells in enumerate(sheet.iter_rows(max_col=40), 1):
            if number > MOST_LINES:
                raise BadTable(_("The table has too many rows: at most %d people at a time.") % MOST_ROWS)
            if any(cell.value not in (None, "") for cell in cells):
                lines.append((number, [(cell.value, cell.data_type) for cell in cells]))
    except BadTable:
        raise
    except Exception as error:  # a broken workbook breaks openpyxl in many ways, all meaning the same to the reader
        raise BadTable(_("The workbook is broken. Open it in Excel, save it anew and try again.")) from error
    columns = _columns(lines[0][1]) if lines else {}
    if len(lines) < 2:
        raise BadTable(_("The table is empty."))
    if len(lines) - 1 > MOST_ROWS:
        raise BadTable(_("The table has too many rows: at most %d people at a time.") % MOST_ROWS)
    return [
        (number, {name: _text(*cells[place]) for name, place in columns.items() if place < len(cells)})
        for number, cells in lines[1:]
    ]


def _columns(cells):
    """{column: its place} by the headers, whatever their language and order."""
    places = {}
    for place, (value, _type) in enumerate(cells):
        header = " ".join(str(value or "").replace("*", "").split()).casefold()
        for name, words in HEADERS.items():
            if header in words:
                if name in places:
                    raise BadTable(_("The column %s is there twice.") % COLUMNS[name])
                places[name] = place
    if "email" not in places:
        raise BadTable(_("The first row has no column for the e-mail address. Use the headers of the template."))
    if len(places) < 2:
        raise BadTable(_("The first row names no columns but the e-mail address. Use the headers of the template."))
    return places


def _text(value, kind):
    """A cell as trimmed text; None for a formula, whose result nobody has seen."""
    if kind == "f" or (isinstance(value, str) and value.lstrip().startswith("=")):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()) if value is not None else ""


# Comparing


def plan(rows, by):
    """What `rows` (as `read` gives them) would do when `by` imports them."""
    made = Plan()
    libraries = {}
    for library in Library.objects.working().coordinated_by(by):
        for name in (library.name_fi, library.name_sv):
            libraries.setdefault((name or "").casefold(), library)
    branches = {}
    for branch in Branch.objects.filter(library__in=set(libraries.values()), closed_on=None):
        for name in (branch.name_fi, branch.name_sv):
            branches.setdefault((branch.library_id, (name or "").casefold()), branch)
    addresses = [(row.get("email") or "").lower() for _line, row in rows]
    there = {
        person.email: person
        for person in User.objects.filter(email__in=addresses)
        .select_related("library__region", "branch")
        .prefetch_related("coordinates")
    }
    own = set(User.objects.coordinated_by(by).filter(email__in=addresses).values_list("pk", flat=True))
    shared = {
        box.lower()
        for model in (Library, Branch)
        for box in model.objects.exclude(email="").values_list("email", flat=True)
    }
    seen = {}
    for line, row in rows:
        _Row(made, line, row, by, libraries, branches, there, own, shared).look(seen)
    return made


class _Row:
    """One row on its way into a plan."""

    def __init__(self, made, line, row, by, libraries, branches, there, own, shared):
        self.made, self.line, self.row, self.by = made, line, row, by
        self.libraries, self.branches, self.there, self.own, self.shared = libraries, branches, there, own, shared
        self.failed = False

    def error(self, column, message):
        self.made.errors.append((self.line, COLUMNS[column], message))
        self.failed = True

    def look(self, seen):
        for column, text in self.row.items():
            if text is None:
                self.error(column, _("The cell holds a formula. Paste its value instead."))
        person = None if self.failed else self.who((self.row.get("email") or "").lower(), seen)
        if person is None:
            return
        self.compare(person)
        of_staff = not person.is_new and (person.user.is_superuser or person.user.is_coordinator)
        if person.changes and of_staff and not self.by.is_superuser:
            self.error("email", _("Those who use the admin pages are changed by a superuser only."))
        if not self.failed:
            self.made.people.append(person)

    def who(self, email, seen):
        """The person of the row, new or there already; None when nobody may be."""
        user = self.there.get(email)
        if not email:
            self.error("email", _("The e-mail address is missing."))
        elif email in seen:
            self.error("email", _("The same address is on row %d.") % seen[email])
        elif user is None and email in self.shared:
            self.error("email", _("This is a library's shared mailbox, which cannot be a person."))
        elif user is not None and not self.may_change(user):
            self.error("email", _("This person belongs to another region."))
        seen.setdefault(email, self.line)
        return None if self.failed else Person(self.line, user or User(email=email), is_new=user is None)

    def may_change(self, user):
        """Own people, and those who have no library yet."""
        return self.by.is_superuser or user.pk in self.own or user.library_id is None

    def compare(self, person):
        user = person.user
        for name in ("first_name", "last_name", "title"):
            if self.row.get(name):
                self.put(person, name, self.row[name])
        if word := (self.row.get("language") or "").casefold():
            code = next((code for code, words in LANGUAGES.items() if word in words), None)
            if code is None:
                self.error("language", _("Write fi or sv."))
            else:
                self.put(person, "language", code)
        self.place(person)
        try:
            user.clean_fields(exclude=["password", "library", "branch", "library_confirmed_by"])
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.error(name if name in COLUMNS else "email", " ".join(messages))

    def place(self, person):
        """The library and the branch by their names, in Finnish or in Swedish."""
        user, library = person.user, None
        if name := (self.row.get("library") or "").casefold():
            library = self.libraries.get(name)
            if library is None:
                self.error("library", _("There is no such library in your region."))
            else:
                self.work_at(person, library)
        elif user.library_id is None and not self.by.is_superuser:
            self.error("library", _("The library is missing."))
        if self.failed:
            return
        if name := (self.row.get("branch") or "").casefold():
            branch = self.branches.get((user.library_id, name))
            if branch is None:
                self.error("branch", _("The library has no such branch."))
            else:
                self.put(person, "branch", branch)
        elif user.branch and library and user.branch.library_id != library.pk:
            self.put(person, "branch", None)

    def work_at(self, person, library):
        """Who imports a person into a library has thereby confirmed the workplace."""
        user = person.user
        if user.library_id == library.pk and user.is_confirmed:
            return
        if user.library_id == library.pk:
            person.changes.append((_("workplace"), _("not confirmed"), _("confirmed")))
        self.put(person, "library", library)
        user.library_confirmed_at, user.library_confirmed_by = timezone.now(), self.by

    @staticmethod
    def put(person, name, value):
        before = getattr(person.user, name)
        if before != value:
            setattr(person.user, name, value)
            person.changes.append((COLUMNS[name], before or "–", value or "–"))


# Importing


def sealed(rows, by):
    """The rows as text for a form: nobody but `by` can confirm them, and nobody change them on the way."""
    return signing.dumps(rows, salt=f"people.import:{by.pk}", compress=True)


def unsealed(text, by):
    """The rows of `sealed`. Raises BadTable when the preview is too old or not one's own."""
    try:
        return signing.loads(text, salt=f"people.import:{by.pk}", max_age=HOURS_TO_CONFIRM * 3600)
    except signing.BadSignature as error:
        raise BadTable(_("The preview is too old. Choose the file again.")) from error


@transaction.atomic
def take_in(rows, by):
    """Do what `plan` says and return it; with errors nothing is done. New people sign in by a code."""
    made = plan(rows, by)
    if made.errors:
        return made
    for person in progress([*made.new, *made.changed], "people"):
        if person.is_new:
            person.user.set_unusable_password()
        person.user.save()
    return made


def column_names():
    """The headers of the template, in the reader's language."""
    return [capfirst(str(name)) for name in COLUMNS.values()]
