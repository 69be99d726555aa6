"""The collation that sorts å ä ö as Finnish does; SQLite gets it from ake_portal.lib.sqlite."""

from django.contrib.postgres.operations import CreateCollation
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [CreateCollation("finnish", provider="icu", locale="fi")]
