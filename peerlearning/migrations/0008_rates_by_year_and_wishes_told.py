"""Each year's kilometres of a claim keep the rate of their year: what claims have kept so far becomes a row of its year.

And who of the AKE wrote a wish down, and who took a proposal back.
"""

import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HELSINKI = ZoneInfo("Europe/Helsinki")
RATE = ("own_car", "passenger", "step_km", "own_car_after_step")


def keep(apps, schema_editor):
    Claim, ClaimYear = apps.get_model("peerlearning", "Claim"), apps.get_model("peerlearning", "ClaimYear")
    for claim in Claim.objects.filter(rate_year__isnull=False, km__gt=0).prefetch_related("legs"):
        years = legs_by_year(claim)
        if claim.state in ("sent", "checked") and set(years) != {claim.rate_year}:
            reckon(apps, claim, years)
        else:
            ClaimYear.objects.create(
                claim=claim,
                year=claim.rate_year,
                driven=claim.driven,
                km=claim.km,
                own_km_amount=claim.own_km_amount,
                passenger_amount=claim.passenger_amount,
                **kept_rate(claim),
            )


def kept_rate(claim):
    values = (claim.rate_own_car, claim.rate_passenger, claim.rate_step_km, claim.rate_after_step)
    return dict(zip(RATE, values, strict=True))


def legs_by_year(claim):
    years = defaultdict(list)
    for leg in claim.legs.all():
        if leg.mode == "car" and leg.km and leg.leaves_at:
            years[leg.leaves_at.astimezone(HELSINKI).year].append(leg)
    return years


def reckon(apps, claim, years):
    """A trip over New Year that is not in the books yet gets the rate of each year; its step is reckoned when it is approved."""
    KmRate, ClaimYear = apps.get_model("peerlearning", "KmRate"), apps.get_model("peerlearning", "ClaimYear")
    claim.own_km_amount = claim.passenger_amount = Decimal(0)
    for year, legs in years.items():
        known = KmRate.objects.filter(year=year).first()
        rate = kept_rate(claim) if year == claim.rate_year or known is None else {n: getattr(known, n) for n in RATE}
        km = sum(leg.km for leg in legs)
        carried = sum(leg.km * sum(1 for name in re.split(r"[,;\n]", leg.passengers) if name.strip()) for leg in legs)
        own, passengers = cents(km * rate["own_car"]), cents(carried * rate["passenger"])
        ClaimYear.objects.create(
            claim=claim, year=year, km=km, own_km_amount=own, passenger_amount=passengers, **rate
        )
        claim.own_km_amount += own
        claim.passenger_amount += passengers
    claim.amount = claim.own_km_amount + claim.passenger_amount + claim.costs_amount
    claim.save()


def cents(euros):
    return euros.quantize(Decimal("0.01"), ROUND_HALF_UP)


class Migration(migrations.Migration):

    dependencies = [
        ('budgets', '0006_sums_of_measures'),
        ('peerlearning', '0007_wishes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClaimYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='years', to='peerlearning.claim', verbose_name='travel claim')),
                ('year', models.PositiveSmallIntegerField(verbose_name='rate of the year')),
                ('own_car', models.DecimalField(decimal_places=3, max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='own car, € a kilometre')),
                ('passenger', models.DecimalField(decimal_places=3, max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='for each passenger, € a kilometre')),
                ('step_km', models.PositiveIntegerField(null=True, verbose_name='lower rate after, km a year')),
                ('own_car_after_step', models.DecimalField(decimal_places=3, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='own car after that, € a kilometre')),
                ('driven', models.PositiveIntegerField(default=0, verbose_name='kilometres paid before in the year')),
                ('km', models.PositiveIntegerField(default=0, verbose_name='kilometres by own car')),
                ('own_km_amount', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=8, verbose_name='for kilometres')),
                ('passenger_amount', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=8, verbose_name='for passengers')),
            ],
            options={
                'verbose_name': 'kilometres of a year',
                'verbose_name_plural': 'kilometres by year',
                'ordering': ['claim', 'year'],
            },
        ),
        migrations.AddConstraint(
            model_name='claimyear',
            constraint=models.UniqueConstraint(fields=('claim', 'year'), name='a_claim_has_one_rate_for_a_year'),
        ),
        migrations.AddConstraint(
            model_name='claimyear',
            constraint=models.CheckConstraint(condition=models.Q(('own_car__gt', 0), ('own_km_amount__gte', 0), ('passenger__gte', 0), ('passenger_amount__gte', 0)), name='a_kept_rate_is_worth_something'),
        ),
        migrations.RunPython(keep),
        migrations.RemoveConstraint(
            model_name='claim',
            name='kilometres_keep_their_rate',
        ),
        migrations.RemoveField(
            model_name='claim',
            name='driven',
        ),
        migrations.RemoveField(
            model_name='claim',
            name='rate_after_step',
        ),
        migrations.RemoveField(
            model_name='claim',
            name='rate_own_car',
        ),
        migrations.RemoveField(
            model_name='claim',
            name='rate_passenger',
        ),
        migrations.RemoveField(
            model_name='claim',
            name='rate_step_km',
        ),
        migrations.RemoveField(
            model_name='claim',
            name='rate_year',
        ),
        migrations.AddField(
            model_name='costline',
            name='rate_back',
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=5, null=True, verbose_name='€ a kilometre on the way back, in another year'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('km__gt', 0), models.Q(('own_km_amount', 0), ('passenger_amount', 0)), _connector='OR'), name='only_kilometres_are_paid_by_kilometre'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='taken_back_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by'),
        ),
        migrations.AddField(
            model_name='wish',
            name='noted_by',
            field=models.ForeignKey(blank=True, help_text='Who at the AKE wrote down what was told by phone or mail.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written down by'),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='state',
            field=models.CharField(choices=[('open', 'waits for an answer'), ('taken', 'taken'), ('left', 'not taken'), ('back', 'taken back by the AKE')], default='open', max_length=8, verbose_name='state'),
        ),
    ]
