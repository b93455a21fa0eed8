"""What a row of the journal is about: a word, a name, and the page where it is found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from eventsapp.domain.accounts import api_keys, people
from eventsapp.domain.checkin import queries as checkin
from eventsapp.domain.programme import queries
from eventsapp.domain.programme.models import Series
from eventsapp.domain.selection.calls import queries as calls_queries
from eventsapp.domain.selection.jury import queries as selection
from eventsapp.domain.ticketing.asking import queries as asking
from eventsapp.domain.ticketing.catalogue import queries as catalogue
from eventsapp.domain.ticketing.sales import queries as sales
from eventsapp.kernel import words
from eventsapp.kernel.i18n import _, _n

#: Every kind that a subject of the audit log may have.
KINDS: Mapping[str, str] = {
    "account": _n("compte"),
    "api-key": _n("clé de programme"),
    "application": _n("candidature"),
    "bill": _n("montant dû"),
    "call": _n("appel"),
    "campaign": _n("message à plusieurs"),
    "device": _n("téléphone"),
    "discount": _n("code"),
    "event": _n("événement"),
    "gate": _n("porte"),
    "invitation": _n("invitation"),
    "juror": _n("juré"),
    "message": _n("message"),
    "notice": _n("annonce urgente"),
    "order": _n("commande"),
    "organisation": _n("organisme"),
    "person": _n("personne"),
    "product": _n("tarif"),
    "question": _n("question"),
    "quota": _n("places"),
    "series": _n("série"),
    "session": _n("session"),
    "ticket": _n("billet"),
    "venue": _n("lieu"),
}
BILL = "bill"
PAGES = {
    "question": ("organizer_asked.edit", "question_id"),
    "event": ("organizer_events.edit", "event_id"),
    "person": ("organizer_speakers.edit", "person_id"),
    "venue": ("organizer_venues.edit", "venue_id"),
    "order": ("organizer_orders.order", "code"),
    "series": ("organizer_series.settings", ""),
}


@dataclass(frozen=True)
class Subject:
    kind: str
    name: str
    url: str | None


def named(series: Series, subjects: Iterable[str]) -> dict[str, Subject]:
    """Words for the subjects of some rows, in one statement a kind that has names."""
    listed = set(subjects)
    keys: dict[str, set[str]] = {}
    for one in listed:
        kind, _colon, key = one.partition(":")
        keys.setdefault(kind, set()).add(key)
    rows = {kind: _numbers(found) for kind, found in keys.items()}

    def of(kind: str) -> set[int]:
        return rows.get(kind, set())

    names = {
        **queries.names_of_rows(rows),
        **catalogue.names_of_rows(of("product"), of("quota")),
        **checkin.names_of_rows(of("gate"), of("device")),
        "question": asking.names_of(of("question")),
        "account": people.names_of(of("account")),
        "api-key": api_keys.labels_of(of("api-key")),
        "invitation": people.invited_names(of("invitation")),
        "juror": selection.juror_names(of("juror")),
        "application": calls_queries.application_names(of("application")),
        "call": calls_queries.call_names(of("call")),
        BILL: sales.codes_of_bills(of(BILL)),
    }
    return {one: _subject(series, one, names) for one in listed}


def _subject(series: Series, subject: str, names: Mapping[str, Mapping[int, str]]) -> Subject:
    kind, _colon, key = subject.partition(":")
    known = names.get(kind, {}).get(int(key)) if key.isdigit() else None
    if kind == BILL and known is not None:
        # Nobody knows a bill by its number; its order has a code and a page.
        kind, key, known = "order", known, None
    url = None
    # What is gone has no page; an order is found by its code, which is its name.
    if kind in PAGES and (known is not None or kind == "order"):
        endpoint, argument = PAGES[kind]
        url = url_for(endpoint, series=series.slug, **({argument: key} if argument else {}))
    word = _(KINDS[kind]) if kind in KINDS else kind
    return Subject(word, words.typo(known) if known is not None else key, url)


def _numbers(keys: Iterable[str]) -> set[int]:
    return {int(key) for key in keys if key.isdigit()}
