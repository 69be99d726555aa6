"""No two loans tie a kit on the same day: PostgreSQL refuses it, whoever asks. Elsewhere the lock of networks.loans alone does.

The kit stands as a range of one key, which GiST compares by itself: `kit_id WITH =` would need the extension btree_gist,
which the portal's role may not create everywhere.
"""

from django.db import migrations

NAME = "loans_of_a_kit_do_not_overlap"
EXCLUDE = f"""
ALTER TABLE networks_loan ADD CONSTRAINT {NAME} EXCLUDE USING gist (
    int8range(kit_id, kit_id, '[]') WITH &&,
    daterange(first_day, tied_until, '[]') WITH &&
) WHERE (state <> 'cancelled')
"""


def keep(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(EXCLUDE, params=None)


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE networks_loan DROP CONSTRAINT {NAME}")


class Migration(migrations.Migration):
    dependencies = [("networks", "0004_kits")]
    operations = [migrations.RunPython(keep, let_go)]
