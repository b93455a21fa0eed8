"""Order codes, secret tokens and signed links."""

import base64
import hashlib
import hmac
import secrets as system_secrets

from itsdangerous import BadData, URLSafeTimedSerializer

from eventsapp import settings
from eventsapp.kernel.errors import Refusal

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B: codes are read over the telephone.
_HUMAN = "ACDEFGHJKMNPQRTUVWXY34679"


class BadLink(Refusal):
    """A signed link was altered or is too old. No facts."""

    code = "bad_link"


def new_secret() -> str:
    """160 random bits as 32 characters of ``a-z2-7``."""
    return base64.b32encode(system_secrets.token_bytes(20)).decode().lower()


def digest(secret: str) -> str:
    """SHA-256 in hex: how secrets of 128 bits and more are stored."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


def _bytes(text: str) -> bytes:
    # Half a character (a lone surrogate) is nobody's secret, and no error either.
    return text.encode("utf-8", "surrogatepass")


def same(one: str, other: str) -> bool:
    """Compare in constant time. As bytes: of str, ``compare_digest`` takes ASCII alone."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def human_code(length: int) -> str:
    """A short code without look-alikes (4.6 bits a character). Never a credential by itself."""
    return "".join(system_secrets.choice(_HUMAN) for _ in range(length))


def sign(purpose: str, text: str) -> str:
    """Sign ``text`` for one purpose; ``unsign`` gives it back."""
    return _serializer(purpose).dumps(text)


def unsign(purpose: str, signed: str, *, max_age: int | None = None) -> str:
    """The text that was signed.

    Args:
        max_age: seconds; None for links that do not grow old.

    Raises:
        BadLink: altered, of another purpose, or too old.
    """
    try:
        return str(_serializer(purpose).loads(signed, max_age=max_age))
    except (BadData, UnicodeError) as error:  # half a character signs nothing
        raise BadLink from error


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings.current().secret_key,
        salt=f"eventsapp.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
