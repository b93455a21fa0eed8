"""What a password may be, and how it is kept and compared. No database."""

import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from eventsapp.domain.accounts.errors import GuessablePassword, LongPassword, WeakPassword
from eventsapp.gateways import guessing
from eventsapp.kernel import spelling

SHORTEST, LONGEST = 12, 1000

# OWASP's second choice of parameters: 19 MiB, two passes. Verifying takes about 30 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified when the account is unknown, so that known and unknown take the same time. The hash of
# a secret thrown away: made at each start it would cost as much as a hundred pages.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$JF5sICoXLMJIeKdFhFCdPQ"
    "$1gEGja6wzj0zmSZhyx2F+yDU1ZhpIoSm3tFuvsWQ3nA"
)


def check(password: str, *, email: str, name: str) -> None:
    """Refuse what is too short, too long, or guessed early.

    Args:
        email, name: of the account; what is made of them is guessed first.

    Raises:
        WeakPassword: fewer than 12 characters.
        LongPassword: more than 1,000: at the next sign-in it would not be read whole.
        GuessablePassword: common, repeated, a run of keys, or made of the person's own words.
    """
    composed = _composed(password)
    if len(composed) < SHORTEST:
        raise WeakPassword(least=SHORTEST)
    if len(composed) > LONGEST:
        raise LongPassword(most=LONGEST)
    own = [email, name, *re.split(r"[\W_]+", f"{email} {name}")]
    if not guessing.safe(composed, own):
        raise GuessablePassword


def hashed(password: str) -> str:
    return _hasher.hash(_bytes(_composed(password)))


def verified(password_hash: str | None, password: str) -> bool:
    """Whether this is the password behind the hash; without a hash it takes as long and is not.

    Older ones were hashed as they were typed: letters typed apart are tried that way too.
    """
    composed = _composed(password)
    if len(composed) > LONGEST:
        composed = password = ""
    spelt = [composed] if composed == password else [composed, password]
    return any([_is(password_hash or NOBODY, one) for one in spelt]) and password_hash is not None


def _is(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _composed(password: str) -> str:
    """One spelling (NFC): a phone and a laptop send the same accents differently."""
    return spelling.composed(password)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
