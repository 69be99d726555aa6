"""Euros as Decimal, to the cent."""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


def cents(amount):
    """An amount (Decimal, int or text) as Decimal euros with two decimals, half a cent upwards."""
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)
