"""Who left a network and came back is counted for the calendar; a loan that nobody fetched leaves its days free: PostgreSQL's
constraint of 0005 lets it."""

from django.db import migrations, models

NAME = "loans_of_a_kit_do_not_overlap"


def _exclude(condition):
    def change(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE networks_loan DROP CONSTRAINT {NAME}")
            schema_editor.execute(
                f"""
                ALTER TABLE networks_loan ADD CONSTRAINT {NAME} EXCLUDE USING gist (
                    int8range(kit_id, kit_id, '[]') WITH &&,
                    daterange(first_day, tied_until, '[]') WITH &&
                ) WHERE ({condition})
                """,
                params=None,
            )

    return change


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0006_old_borrowers_forgotten'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='earlier',
            field=models.PositiveSmallIntegerField(default=0, editable=False, help_text='How often the person had belonged to it before: SEQUENCE of its calendar events grows with each'),
        ),
        migrations.AlterField(
            model_name='loan',
            name='state',
            field=models.CharField(choices=[('booked', 'booked'), ('out', 'on loan'), ('returned', 'returned'), ('cancelled', 'cancelled'), ('unfetched', 'not fetched')], default='booked', editable=False, max_length=9, verbose_name='state'),
        ),
        migrations.RunPython(_exclude("state NOT IN ('cancelled', 'unfetched')"), _exclude("state <> 'cancelled'")),
    ]
