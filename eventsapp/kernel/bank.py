"""Numbers of French and European business: bank accounts and establishments. Pure."""

import re

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_SIRET = re.compile(r"[0-9]{14}")
# The one company whose establishments have another key (INSEE): the sum of its digits.
_POST = "356000000"


def iban(text: str) -> str:
    """An account as it is kept: capitals, without spaces.

    Raises:
        ValueError: it is none, or its key is wrong (ISO 13616: the whole leaves 1 modulo 97).
    """
    plain = "".join(text.split()).upper()
    if not plain.isascii() or not _IBAN.fullmatch(plain):
        raise ValueError("no IBAN")
    turned = plain[4:] + plain[:4]
    if int("".join(str(int(mark, 36)) for mark in turned)) % 97 != 1:
        raise ValueError("the key of the IBAN is wrong")
    return plain


def bic(text: str) -> str:
    """A bank as it is kept. Raises ValueError when it is none."""
    plain = "".join(text.split()).upper()
    if not plain.isascii() or not _BIC.fullmatch(plain):
        raise ValueError("no BIC")
    return plain


def grouped(text: str) -> str:
    """An account as people read it, by fours."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def siret(text: str) -> str:
    """An establishment as it is kept, 14 digits.

    Raises:
        ValueError: it is none, or its key is wrong.
    """
    plain = "".join(text.split())
    if not plain.isascii() or not _SIRET.fullmatch(plain):
        raise ValueError("no SIRET")
    whole = sum(map(int, plain)) % 5 == 0 if plain.startswith(_POST) else False
    if not (_luhn(plain) or whole):
        raise ValueError("the key of the SIRET is wrong")
    return plain


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
