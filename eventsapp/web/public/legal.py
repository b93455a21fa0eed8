"""The seller's legal pages: conditions of sale, legal notice, privacy, accessibility.

Their words stand in ``templates/public/legal``, their facts in the seller's ``legal`` record. The
conditions carry a hash of their text: an order keeps it, and the same text is shown again.
"""

import hashlib
from typing import Any

from flask import Blueprint, Response, abort, render_template

from eventsapp.domain.accounts import organisations
from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.accounts.organisations import Identity
from eventsapp.domain.programme import releases
from eventsapp.kernel import i18n
from eventsapp.web import frame
from eventsapp.web.public import rendered

blueprint = Blueprint("public_legal", __name__)

PAGES = ("cgv", "mentions", "privacy", "accessibility")
FACTS = (
    "form",
    "siren",
    "vat_number",
    "email",
    "phone",
    "publication_director",
    "accessibility_exempt",
)
PARTS = {
    "address": ("street", "postcode", "city", "country"),
    "host": ("name", "address", "phone"),
    "mediator": ("name", "address", "url"),
}
CACHE = "public, max-age=300, must-revalidate"


@blueprint.get("/<lang>/<series>/legal/<page>")
def page(lang: str, series: str, page: str) -> Response:
    shown = releases.find(series)
    if shown is None or page not in PAGES:
        abort(404)
    seller = organisations.organisation(shown.organisation_id)
    body = text(page, lang, seller)
    key = ("legal", page, lang, shown.digest, version(body), frame.beside_release())

    def render() -> str:
        return render_template(
            "public/legal/page.html", page=page, body=body, version=version(body)
        )

    return rendered.answer(key, render, cache=CACHE)


def text(page: str, lang: str, seller: Organisation) -> str:
    """The words of a legal page, as HTML, with the seller's facts."""
    with i18n.use_locale(lang):
        words = render_template(
            f"public/legal/{page}.{lang}.html", seller=seller, legal=facts_of(seller)
        )
    return i18n.french(words) if lang == "fr" else words


def facts_of(seller: Organisation | Identity) -> dict[str, Any]:
    """What the law asks a seller to show; None where it is not known yet."""
    known = seller.legal or {}
    facts: dict[str, Any] = {name: known.get(name) for name in FACTS}
    for part, names in PARTS.items():
        given = known.get(part) or {}
        facts[part] = {name: given.get(name) for name in names}
    return facts


def version(body: str) -> str:
    """Names a text for ever: the first twelve figures of its SHA-256."""
    return hashlib.sha256(body.encode()).hexdigest()[:12]
