"""The text of a ticket's QR code: its payload, signed with the key of this installation."""

from eventsapp import settings
from eventsapp.domain.ticketing.sales import tokens
from eventsapp.domain.ticketing.sales.models import Ticket
from eventsapp.domain.ticketing.sales.tokens import Payload
from eventsapp.gateways.signing_key import FIRST_KEY_ID, signing_key


def token(ticket: Ticket) -> str:
    """Derived from the row, so that it is never stored and always the same."""
    return token_of(
        ticket.public_id,
        event_id=ticket.event_id or 0,
        product_id=ticket.product_id,
        valid_from=int(ticket.valid_from.timestamp()),
        valid_until=int(ticket.valid_until.timestamp()),
    )


def token_of(
    public_id: str, *, event_id: int, product_id: int, valid_from: int, valid_until: int
) -> str:
    """The same from plain values (epoch seconds), for lists of thousands."""
    payload = Payload(
        key_id=FIRST_KEY_ID,
        event=event_id,
        product=product_id,
        ticket_id=bytes.fromhex(public_id),
        not_before=valid_from,
        not_after=valid_until,
    )
    return tokens.sign(payload, signing_key(settings.current().data_dir))


#: So much of the end of a code is read out on the phone.
END = 4


def end_of(token: str) -> str:
    """Its last characters, as search compares them: spaces are letters of a code that nobody
    reads out."""
    return "".join(token[-END:].split())


def short(ticket: Ticket) -> str:
    """What a person reads out at the desk: eight characters of the id, grouped."""
    return short_of(ticket.public_id)


def short_of(public_id: str) -> str:
    text = public_id[:8].upper()
    return f"{text[:4]}-{text[4:]}"
