"""What the sender's domain says of who may write in its name: SPF (RFC 7208), DMARC, DKIM.

Bounded, and never asked in a request: a slow name server must hold up no page.
"""

from dataclasses import dataclass

import dns.exception
import dns.resolver

from eventsapp.gateways import outward

SECONDS = 4.0
# A selector is chosen by who signs and listed nowhere; these are the ones that services use.
SELECTORS = ("default", "dkim", "mail", "google", "k1", "s1", "selector1", "selector2", "scph0316",
             "brevo", "mailjet", "pm", "resend", "zoho", "fm1", "protonmail", "ovhmo")  # fmt: skip


class NoAnswer(Exception):
    """The name servers did not answer: nothing is known."""


@dataclass(frozen=True)
class Records:
    """``spf`` and ``dmarc`` are the records' texts, empty when there are none."""

    spf: str
    dmarc: str
    dkim: bool


def look_up(domain: str) -> Records:
    """Ask for the records of a domain.

    Raises:
        NoAnswer: no name server answered within ``SECONDS``.
    """
    try:
        with outward.call():
            return Records(
                spf=_starting(domain, "v=spf1"),
                dmarc=_dmarc(domain),
                dkim=any(_texts(f"{one}._domainkey.{domain}") for one in SELECTORS),
            )
    except dns.exception.DNSException as error:
        raise NoAnswer(type(error).__name__) from error


def _dmarc(domain: str) -> str:
    """A domain without a policy of its own has that of the domain above."""
    above = ".".join(domain.split(".")[-2:])
    return _starting(f"_dmarc.{domain}", "v=DMARC1") or _starting(f"_dmarc.{above}", "v=DMARC1")


def _starting(name: str, beginning: str) -> str:
    return next((one for one in _texts(name) if one.lower().startswith(beginning.lower())), "")


def _texts(name: str) -> list[str]:
    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(one.strings).decode("utf-8", "replace") for one in found]
