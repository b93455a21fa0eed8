"""Settings: one frozen object, read from the environment once, checked at start.

The names are a contract (README, section *Settings*); ``doctor`` prints them without secrets.
"""

import os
import re
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

ENVIRONMENTS = ("production", "development", "demo", "test")
DATABASES = ("sqlite:///", "postgresql+psycopg://")
STRIPE_CHECKOUT = "https://checkout.stripe.com"
LOGS = ("plain", "json")
MAILERS = ("smtp", "smtps", "console", "file", "memory")


class SettingsError(Exception):
    """The process must not start; the message names the variable and what it should hold."""


@dataclass(frozen=True)
class Settings:
    env: str
    secret_key: str = field(repr=False)
    base_url: str
    database_url: str
    data_dir: Path
    mail_url: str = field(repr=False)
    mail_from: str = "billets@eventsapp.example"
    stripe_api_key: str = field(default="", repr=False)
    stripe_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    stripe_api_base: str = ""
    stripe_checkout: str = ""
    redis_url: str = field(default="", repr=False)
    trusted_proxies: int = 0
    log: str = "plain"

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def sandbox_stripe(self) -> bool:
        """The demo sells without a Stripe account; production never does."""
        return self.env in ("demo", "test", "development") and not self.stripe_api_key

    @property
    def payments_open(self) -> bool:
        return bool(self.stripe_api_key) or self.sandbox_stripe

    @property
    def payment_pages(self) -> tuple[str, ...]:
        """The origins where Stripe's pages open: its own, and the custom domain of the account."""
        return (
            (STRIPE_CHECKOUT, self.stripe_checkout) if self.stripe_checkout else (STRIPE_CHECKOUT,)
        )

    def takes_payments(self, *, demo_series: bool) -> bool:
        """Whether a series can be paid for here. The sandbox moves no money: outside a demo series
        (and our own tests) its tickets would be given for nothing."""
        real = not self.sandbox_stripe
        return self.payments_open and (real or demo_series or self.env == "test")

    @property
    def on_this_machine_only(self) -> bool:
        """The base URL names the loopback: no phone and no letter's reader can follow it."""
        host = urlsplit(self.base_url).hostname or ""
        return host == "localhost" or host == "::1" or host.startswith("127.")

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")


_current: Settings | None = None


def current() -> Settings:
    """The settings of this process; ``use`` sets them once at start (tests: once a test)."""
    if _current is None:
        raise SettingsError("settings are read when the application is created")
    return _current


def use(settings: Settings) -> Settings:
    global _current
    _current = settings
    return settings


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment.

    Raises:
        SettingsError: a value is missing in production, or makes no sense.
    """
    env = environ if environ is not None else os.environ
    name = env.get("EVENTSAPP_ENV") or "demo"
    if name not in ENVIRONMENTS:
        raise SettingsError(f"EVENTSAPP_ENV={name!r}: one of {', '.join(ENVIRONMENTS)}")
    data_dir = Path(env.get("EVENTSAPP_DATA_DIR") or "var").absolute()
    if name == "production":
        _check_production(env)
    try:
        _make_private(data_dir)
        secret_key = env.get("EVENTSAPP_SECRET_KEY") or _own_secret(data_dir)
    except OSError as error:
        raise SettingsError(f"EVENTSAPP_DATA_DIR={str(data_dir)!r}: {error.strerror}") from error
    if name == "production" and len(secret_key) < 32:
        raise SettingsError("EVENTSAPP_SECRET_KEY: at least 32 random characters")
    return Settings(
        env=name,
        secret_key=secret_key,
        base_url=_address("EVENTSAPP_BASE_URL", env, _local_address(env)).rstrip("/"),
        database_url=_database_url(env, data_dir),
        data_dir=data_dir,
        mail_url=_mail_url(env, data_dir),
        mail_from=_sender(name, env),
        stripe_api_key=env.get("EVENTSAPP_STRIPE_API_KEY", ""),
        stripe_webhook_secrets=_list(env.get("EVENTSAPP_STRIPE_WEBHOOK_SECRETS", "")),
        stripe_api_base=_address("EVENTSAPP_STRIPE_API_BASE", env, ""),
        stripe_checkout=_origin("EVENTSAPP_STRIPE_CHECKOUT", env),
        redis_url=env.get("EVENTSAPP_REDIS_URL", ""),
        trusted_proxies=_number(env, "EVENTSAPP_TRUSTED_PROXIES"),
        log=_one_of("EVENTSAPP_LOG", env, LOGS),
    )


NEEDED_IN_PRODUCTION = (
    "EVENTSAPP_SECRET_KEY",
    "EVENTSAPP_BASE_URL",
    "EVENTSAPP_DATABASE_URL",
    "EVENTSAPP_DATA_DIR",
    "EVENTSAPP_MAIL_URL",
    "EVENTSAPP_MAIL_FROM",
)


def _check_production(env: Mapping[str, str]) -> None:
    """What a demo may guess and real money may not. A database or a data folder that depended on
    the folder in which the command was typed would be two databases, and two keys for tickets."""
    missing = [variable for variable in NEEDED_IN_PRODUCTION if not env.get(variable)]
    if missing:
        raise SettingsError(f"production needs {', '.join(missing)}")
    if not env["EVENTSAPP_BASE_URL"].startswith("https://"):
        raise SettingsError("EVENTSAPP_BASE_URL: an https:// address in production")
    if not env["EVENTSAPP_MAIL_URL"].startswith(("smtp://", "smtps://")):
        raise SettingsError("EVENTSAPP_MAIL_URL: smtp:// or smtps:// in production")
    if not Path(env["EVENTSAPP_DATA_DIR"]).is_absolute():
        raise SettingsError("EVENTSAPP_DATA_DIR: an absolute path in production")
    database = env["EVENTSAPP_DATABASE_URL"]
    if database.startswith("sqlite:") and not database.startswith("sqlite:////"):
        raise SettingsError("EVENTSAPP_DATABASE_URL: sqlite:////absolute/path in production")


def _make_private(folder: Path) -> None:
    """The data folder, closed to the other users of the machine: it holds names, letters, keys."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _own_secret(data_dir: Path) -> str:
    """A secret made once and kept in the data folder, readable by its owner alone."""
    path = data_dir / "secret-key"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _database_url(env: Mapping[str, str], data_dir: Path) -> str:
    url = env.get("EVENTSAPP_DATABASE_URL") or f"sqlite:///{data_dir / 'eventsapp.sqlite3'}"
    # What hosting services hand out; the driver is ours to choose.
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(DATABASES):
        # Without the value: it may hold a password.
        raise SettingsError(f"EVENTSAPP_DATABASE_URL: begins with {' or '.join(DATABASES)}")
    return url


def _mail_url(env: Mapping[str, str], data_dir: Path) -> str:
    url = env.get("EVENTSAPP_MAIL_URL") or f"file:{data_dir / 'mail'}"
    scheme, colon, rest = url.partition(":")
    if not colon or scheme not in MAILERS or (scheme.startswith("smtp") and not _host(url)):
        raise SettingsError("EVENTSAPP_MAIL_URL: smtp://host:port, smtps://…, console: or file:DIR")
    if scheme == "file" and not rest:
        raise SettingsError("EVENTSAPP_MAIL_URL: file: and a folder")
    return url


def _sender(name: str, env: Mapping[str, str]) -> str:
    """An address that answers are sent to; in production one of the organizer's own domain."""
    sender = env.get("EVENTSAPP_MAIL_FROM") or Settings.mail_from
    local, at, domain = parseaddr(sender)[1].rpartition("@")
    if not (local and at and "." in domain) or any(mark in sender for mark in "\r\n\0"):
        raise SettingsError("EVENTSAPP_MAIL_FROM: an address such as billets@example.org")
    if name == "production" and domain == Settings.mail_from.rpartition("@")[2]:
        raise SettingsError("EVENTSAPP_MAIL_FROM: a sender of your own in production")
    return sender


def _address(variable: str, env: Mapping[str, str], default: str) -> str:
    url = env.get(variable) or default
    if url and not (url.startswith(("http://", "https://")) and _host(url)):
        raise SettingsError(f"{variable}={url!r}: an address such as https://example.org")
    return url


def _origin(variable: str, env: Mapping[str, str]) -> str:
    """``https://`` and a host alone: what a browser compares, and what a header may hold."""
    parts = urlsplit(_address(variable, env, ""))
    origin = f"https://{parts.netloc}" if parts.netloc else ""
    plain = re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?", origin) or not origin
    if not plain or env.get(variable, "").rstrip("/") != origin:
        raise SettingsError(f"{variable}: an address such as https://pay.example.org, no more")
    return origin


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


ANY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


def _local_address(env: Mapping[str, str]) -> str:
    """Where a server of this machine is called. One that listens on every interface is called by
    the address that other devices of the network see, for phones at the door are such."""
    host = env.get("HOST") or "127.0.0.1"
    if host in ANY_INTERFACE:
        host = network_address() or "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{env.get('PORT') or '8000'}"


def network_address() -> str | None:
    """This machine's address in the local network, None without one. Nothing is sent: a datagram
    socket only chooses the interface it would use."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address of nobody
        except OSError:
            return None
        found: str = probe.getsockname()[0]
    return None if found.startswith("127.") else found


def _one_of(variable: str, env: Mapping[str, str], known: Sequence[str]) -> str:
    """The first when it is not set."""
    given = env.get(variable) or known[0]
    if given not in known:
        raise SettingsError(f"{variable}={given!r}: one of {', '.join(known)}")
    return given


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _number(env: Mapping[str, str], variable: str) -> int:
    text = env.get(variable) or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise SettingsError(f"{variable}={text!r}: a number of proxies, 0 or more")
    return int(text)
