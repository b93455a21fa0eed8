"""What the catalogue refuses."""

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


class SlotClosed(Refusal):
    """The visit that was chosen takes nobody more. Facts: ``product`` (label)."""

    code = "slot_closed"


class SoldElsewhere(Refusal):
    """Another site registers for this event. Facts: ``product`` (label)."""

    code = "sold_elsewhere"


class SoldOut(Refusal):
    """Too few places are left. Facts: ``product`` (label), ``wanted``, ``left``."""

    code = "sold_out"


class OverPersonLimit(Refusal):
    """More than one person may have of an event. Facts: ``product`` (label), ``most``."""

    code = "over_person_limit"


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


class ProductMalformed(Refusal):
    """What an organizer asked for makes no tariff. Facts: ``field``."""

    code = "product_malformed"


class ProductFixed(Refusal):
    """Places were kept or sold with it: this does not change any more. Facts: ``field``."""

    code = "product_fixed"


class ProductUsed(Refusal):
    """Places were once kept or sold with it: its row stays. Facts: ``product`` (label)."""

    code = "product_used"


class StillRequired(Refusal):
    """Another tariff is taken with it. Facts: ``product`` (its label), ``other`` (theirs)."""

    code = "still_required"


class CodeTaken(Refusal):
    """The event has a product of this code already. Facts: ``code``."""

    code = "code_taken"


class GuestFull(DiscountUsedUp):
    """Fewer of a guest's places are left than tickets asked for. Facts: ``wanted``, ``left``."""

    code = "guest_full"


class GuestMalformed(Refusal):
    """What was asked for makes no invitations. Facts: ``field``."""

    code = "guest_malformed"


class GuestOver(Refusal):
    """The invitation is of no use any more, or not yet. No facts."""

    code = "guest_over"


class GuestPlacesTaken(Refusal):
    """More places are taken already. Facts: ``taken``."""

    code = "guest_places_taken"
