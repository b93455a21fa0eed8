"""Refusals of the ticketing area."""

from eventsapp.kernel.errors import Refusal


class EmptyBasket(Refusal):
    """Nothing was chosen. No facts."""

    code = "empty_basket"


class UnknownProduct(Refusal):
    """No such product here. Facts: ``product`` (as asked for)."""

    code = "unknown_product"


class NotForSale(Refusal):
    """The product is given by invitation or code. Facts: ``product`` (label)."""

    code = "not_for_sale"


class SalesClosed(Refusal):
    """Outside its sale period. Facts: ``product`` (label)."""

    code = "sales_closed"


class EventCancelled(Refusal):
    """Its event, or one event of a pass, is cancelled. Facts: ``product`` (label)."""

    code = "event_cancelled"


class EventNotReleased(Refusal):
    """Its event is a draft, or in no release. Facts: ``product`` (label)."""

    code = "event_not_released"


class EventOver(Refusal):
    """Its event, or the visit that was chosen, is over. Facts: ``product`` (label)."""

    code = "event_over"


class SoldElsewhere(Refusal):
    """Another site registers for this event. Facts: ``product`` (label)."""

    code = "sold_elsewhere"


class SoldOut(Refusal):
    """Too few places are left. Facts: ``product`` (label), ``wanted``, ``left``."""

    code = "sold_out"


class NetworkFull(Refusal):
    """Too many places are kept unpaid from this network already. Facts: ``product`` (label)."""

    code = "network_full"


class OverPersonLimit(Refusal):
    """More than one person may have of an event. Facts: ``product`` (label), ``most``."""

    code = "over_person_limit"


class TooManyFreeOrders(Refusal):
    """This address, or this network, has made as many free orders as it may for now. No facts."""

    code = "too_many_free_orders"


class TooFew(Refusal):
    """Under the least number of an order. Facts: ``product``, ``least``."""

    code = "too_few"


class TooMany(Refusal):
    """Over the greatest number of an order. Facts: ``product``, ``most``."""

    code = "too_many"


class AddOnAlone(Refusal):
    """An option without the admission it belongs to. Facts: ``product``."""

    code = "add_on_alone"


class BadPrice(Refusal):
    """A chosen price outside its bounds. Facts: ``product``, ``least_cents``, ``most_cents``."""

    code = "bad_price"


class SlotMissing(Refusal):
    """A time must be chosen, or the one chosen is not of this event. Facts: ``product``."""

    code = "slot_missing"


class TwoSellers(Refusal):
    """One order has one seller: the law asks for two bills. No facts."""

    code = "two_sellers"


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
    """The order is no longer waiting for a decision. Facts: ``status``."""

    code = "already_decided"


class NothingToRefund(Refusal):
    """No ticket of the list can be refunded. No facts."""

    code = "nothing_to_refund"


class DiscountUnknown(Refusal):
    """No such code here, or not any more, or not yet. Facts: ``discount`` (as typed)."""

    code = "discount_unknown"


class DiscountUsedUp(Refusal):
    """Fewer uses are left than tickets asked for. Facts: ``discount``, ``wanted``, ``left``."""

    code = "discount_used_up"


class DiscountUseless(Refusal):
    """The code is for none of the products of the basket. Facts: ``discount``."""

    code = "discount_useless"


class DiscountCodeTaken(Refusal):
    """The series has this code already. Facts: ``discount``."""

    code = "discount_code_taken"


class DiscountMalformed(Refusal):
    """What an organizer asked for makes no code. Facts: ``field``."""

    code = "discount_malformed"


class MoneyReceived(Refusal):
    """Money came for this order and waits for a person: it is not to be paid again. No facts."""

    code = "money_received"


class MoneyUndecided(Refusal):
    """Money without tickets: accepting or refunding it settles it, looking does not. No facts."""

    code = "money_undecided"


class PlacesGone(Refusal):
    """The places of an order that had ended were sold on. No facts."""

    code = "places_gone"


class CodeTaken(Refusal):
    """The event has a product of this code already. Facts: ``code``."""

    code = "code_taken"


class NotPaid(Refusal):
    """There are no tickets to send before an order is paid. Facts: ``status``."""

    code = "not_paid"
