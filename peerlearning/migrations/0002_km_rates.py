"""The kilometre rates that are known; a later year is entered in the admin when the Tax Administration has decided."""

from decimal import Decimal

from django.db import migrations

RATES = {2021: ("0.44", "0.03"), 2022: ("0.46", "0.03"), 2023: ("0.53", "0.04"), 2024: ("0.57", "0.04"), 2025: ("0.59", "0.04"), 2026: ("0.55", "0.04")}


def enter(apps, schema_editor):
    KmRate = apps.get_model("peerlearning", "KmRate")
    for year, (own_car, passenger) in RATES.items():
        KmRate.objects.get_or_create(
            year=year,
            defaults={
                "own_car": Decimal(own_car),
                "passenger": Decimal(passenger),
                "source": f"Verohallinnon päätös verovapaista matkakustannusten korvauksista {year}",
                "source_fi": f"Verohallinnon päätös verovapaista matkakustannusten korvauksista {year}",
                "source_sv": f"Skatteförvaltningens beslut om skattefria ersättningar för resekostnader {year}",
            },
        )


class Migration(migrations.Migration):
    dependencies = [("peerlearning", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
