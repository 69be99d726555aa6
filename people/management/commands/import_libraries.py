"""Take in branches from Kirjastohakemisto (API v4): the Finnish and the Swedish list as two files or URLs, or one base URL."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from people import directory


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("sources", nargs="+", metavar="FILE-or-URL")

    def handle(self, *, sources, **options):
        if len(sources) > 2:
            raise CommandError(_("Name the Finnish list and the Swedish one, or one address for both."))
        try:
            if len(sources) == 1 and directory.is_url(sources[0]):
                finnish, swedish = (directory.read_list(sources[0], language) for language in ("fi", "sv"))
            else:
                finnish, swedish = [*map(directory.read_list, sources), None][:2]
            report = directory.import_branches(finnish, swedish, source=sources[0])
        except directory.BadDirectory as error:
            raise CommandError(str(error)) from error
        for name, reason in report.skipped:
            self.stdout.write(_("Skipped %(name)s: %(reason)s") % {"name": name, "reason": reason})
        self.stdout.write(
            _("Branches: %(added)d added, %(changed)d changed, %(unchanged)d unchanged, %(skipped)d skipped.")
            % {
                "added": report.counts["added"],
                "changed": report.counts["changed"],
                "unchanged": report.counts["unchanged"],
                "skipped": len(report.skipped),
            }
        )
        self.stdout.write(_("Libraries made: %d") % report.counts["libraries"])
        if report.gone:
            self.stdout.write(_("Not in the list any more (close them in the admin pages): %d") % report.gone)
