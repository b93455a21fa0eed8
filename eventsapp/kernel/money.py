"""Money in integer cents, VAT in basis points, and the one rounding rule."""

from collections.abc import Sequence


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero; ``denominator`` is positive."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def vat_included(gross_cents: int, rate_bp: int) -> int:
    """The VAT contained in a price that includes it, in cents.

    Args:
        gross_cents: price paid, VAT included.
        rate_bp: VAT rate in basis points (20 % is 2000); 0 for exempt sales.

    Returns:
        The VAT rounded half up to the cent. Computed per line, then summed, so that the
        lines of an invoice add up to its total.
    """
    return round_half_up(gross_cents * rate_bp, 10_000 + rate_bp)


def percent_of(cents: int, percent: int) -> int:
    """``percent`` per cent of an amount, rounded half up to the cent."""
    return round_half_up(cents * percent, 100)


def split(total_cents: int, weights: Sequence[int]) -> list[int]:
    """Share an amount pro rata of integer weights, to the cent (largest remainder).

    The parts add up to the total whatever the weights (invariant I13 of ticketing). With all
    weights 0 the shares are equal.
    """
    if not weights:
        raise ValueError("nothing to share between")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights are 0 or more")
    used = list(weights) if sum(weights) else [1] * len(weights)
    whole = sum(used)
    sign = -1 if total_cents < 0 else 1
    amount = abs(total_cents)
    parts = [amount * weight // whole for weight in used]
    remainders = [(amount * weight % whole, -index) for index, weight in enumerate(used)]
    for _, negative_index in sorted(remainders, reverse=True)[: amount - sum(parts)]:
        parts[-negative_index] += 1
    return [sign * part for part in parts]
