"""What the sale refuses."""

from eventsapp.kernel.errors import Refusal


class NetworkFull(Refusal):
    """Too many places are kept unpaid from this network already. Facts: ``product`` (label)."""

    code = "network_full"


class TooManyFreeOrders(Refusal):
    """This address, or this network, has made as many free orders as it may for now. No facts."""

    code = "too_many_free_orders"


class HoldGone(Refusal):
    """The hold has ended, was never made, or became an order. No facts."""

    code = "hold_gone"


class NoMoreTime(Refusal):
    """A hold is extended three times at most. No facts."""

    code = "no_more_time"


class PriceChanged(Refusal):
    """The total is not what the page showed. Facts: ``shown_cents``, ``total_cents``."""

    code = "price_changed"


class NamesMissing(Refusal):
    """More or fewer attendees than tickets. Facts: ``wanted``."""

    code = "names_missing"


class NotFree(Refusal):
    """``free`` was asked for something that costs. Facts: ``total_cents``."""

    code = "not_free"


class PaymentsClosed(Refusal):
    """No means of payment is set up. No facts."""

    code = "payments_closed"


class NotPayable(Refusal):
    """The order is not waiting for money. Facts: ``status``."""

    code = "not_payable"


class PaymentTimeOver(Refusal):
    """No payment page opens any more: the places were kept as long as they can be. No facts."""

    code = "payment_time_over"


class AlreadyDecided(Refusal):
    """The order is no longer waiting for a decision. No facts."""

    code = "already_decided"


class MoneyReceived(Refusal):
    """Money came for this order and waits for a person: it is not to be paid again. No facts."""

    code = "money_received"


class MoneyUndecided(Refusal):
    """Money without tickets: accepting or refunding it settles it, looking does not. No facts."""

    code = "money_undecided"


class NotPaid(Refusal):
    """There are no tickets to send before an order is paid. Facts: ``status``."""

    code = "not_paid"


class DealMalformed(Refusal):
    """What was agreed on at the desk is not complete. Facts: ``field``."""

    code = "deal_malformed"


class NoBankAccount(Refusal):
    """The seller has said nowhere to which account transfers go. No facts."""

    code = "no_bank_account"
