"""HANDLERS: the one table saying who does what waits in the outbox.

A handler gets the payload, may talk to the network, and can be repeated. It returns when the
thing is done, raises ``Never`` to give up, and anything else to be tried again.
"""

from collections.abc import Callable
from typing import Any

from eventsapp.delivery import (
    campaign_mails,
    guest_mails,
    money,
    money_mails,
    order_mails,
    people_mails,
    selection_mails,
    transfer_mails,
)

HANDLERS: dict[str, Callable[[dict[str, Any]], None]] = {
    "mail.order_paid": order_mails.order_paid,
    "mail.order_link": order_mails.order_link,
    "mail.order_accepted": order_mails.order_accepted,
    "mail.order_transfer": transfer_mails.to_pay,
    "mail.order_refused": order_mails.order_refused,
    "mail.order_cancelled": order_mails.order_cancelled,
    "mail.debit_under_way": money_mails.debit_under_way,
    "mail.debit_failed": money_mails.debit_failed,
    "mail.order_review": money_mails.order_in_review,
    "mail.refund": money_mails.refund_settled,
    "mail.sign_in_link": order_mails.sign_in_link,
    "mail.campaign": campaign_mails.campaign,
    "mail.campaign_trial": campaign_mails.trial,
    "mail.guest": guest_mails.guest,
    "mail.invitation": people_mails.invitation,
    "money.refund": money.send_refund,
    "ticketing.fulfil": money.fulfil,
    **selection_mails.HANDLERS,
}

#: Who must know when a message of a kind will not be tried again, and why.
GIVEN_UP: dict[str, Callable[[dict[str, Any], str], None]] = {
    "mail.campaign": campaign_mails.given_up,
}
