"""What is refused after the sale."""

from eventsapp.kernel.errors import Refusal


class NothingToRefund(Refusal):
    """No ticket of the list can be refunded. No facts."""

    code = "nothing_to_refund"


class PlacesGone(Refusal):
    """The places of an order that had ended were sold on. No facts."""

    code = "places_gone"


class TicketFixed(Refusal):
    """This ticket does not become that one: void, used, of a group, or of another seller. No
    facts."""

    code = "ticket_fixed"
