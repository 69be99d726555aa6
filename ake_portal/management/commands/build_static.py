"""Write build/dark.css: Bootstrap's dark rules, which wait for an attribute, under the reader's own preference."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand, CommandError

RULE = re.compile(r"(?:^|\n)([^{}@]*\[data-bs-theme=dark\][^{}]*)\{([^{}]*)\}")


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        source = finders.find("bootstrap/css/bootstrap.css")
        if source is None:
            raise CommandError("Bootstrap's style sheet is not among the static files.")
        rules = []
        for selectors, body in RULE.findall(Path(source).read_text()):
            selector = re.sub(r"/\*.*?\*/", "", selectors, flags=re.S).strip().replace("[data-bs-theme=dark]", ":root")
            rules.append(f"{selector} {{ {' '.join(body.split())} }}")
        if not rules:
            raise CommandError("Bootstrap's style sheet has no dark rules any more.")
        target = settings.BASE_DIR / "ake_portal/static/build/dark.css"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("@media (prefers-color-scheme: dark) {\n" + "\n".join(rules) + "\n}\n")
        self.stdout.write(f"{len(rules)} rules to {target.relative_to(settings.BASE_DIR)}")
