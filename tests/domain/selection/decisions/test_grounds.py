"""Who a letter names: every way that an outcome comes about, in both languages."""

import pytest

from eventsapp.domain.selection.calls.models import Application
from eventsapp.domain.selection.decisions import decisions, letters, offers, queries
from eventsapp.domain.selection.decisions.models import Grounds, Outcome
from eventsapp.domain.selection.decisions.withdrawals import withdraw
from eventsapp.kernel.i18n import use_locale
from eventsapp.kernel.transaction import lock, transaction
from tests import make

ONE_EACH = {"limits": [{"attribute": "domain", "at_most": 1}]}
DOMAINS = ("e-sante", "e-sante", "smart-city", "smart-city", "smart-city")
JURY = {
    "fr": ("par le jury", "le jury n’a pas"),
    "en": ("the jury has chosen", "the jury has not"),
}
PEOPLE = {"fr": "organisateurs", "en": "organizers"}
RULE = {"fr": "la règle de l’appel.", "en": "the rule of the call."}
FREED = {"fr": "s’est libérée", "en": "has become free"}
CONDITIONS = {"fr": "ne remplit pas les conditions", "en": "does not meet the conditions"}
WITHDRAWN = {"fr": "vous avez retiré", "en": "you have withdrawn"}


def field(rule=None, waitlist=1):
    """Five applications scored 5 to 1 for two places, and one that is too old."""
    call = make.call(stage="deliberation", places=2, waitlist=waitlist, rule=rule or {})
    entries = [make.application(call, domain=domain) for domain in DOMAINS]
    entries.append(make.application(call, founded="2001"))
    jurors = [make.juror(call) for _ in range(2)]
    for application, level in zip(entries, (5, 4, 3, 2, 1, 5), strict=True):
        for juror in jurors:
            make.review(juror, application, level)
    return call, entries


def by_order():
    call, entries = field()
    decisions.prepare(call.id, actor="test")
    return call, entries


def by_hand(told=""):
    call, entries = field()
    decisions.pin(call.id, entries[0].id, False, reason="interne", told=told, actor="test")
    decisions.pin(call.id, entries[4].id, True, reason="interne", told=told, actor="test")
    decisions.prepare(call.id, actor="test")
    return call, entries


def one_in():
    call, entries = field()
    decisions.pin(call.id, entries[4].id, True, reason="interne", actor="test")
    decisions.prepare(call.id, actor="test")
    return call, entries


def two_out():
    call, entries = field()
    for entry in entries[:2]:
        decisions.pin(call.id, entry.id, False, reason="interne", actor="test")
    decisions.prepare(call.id, actor="test")
    return call, entries


def by_rule():
    call, entries = field(ONE_EACH)
    decisions.prepare(call.id, actor="test")
    return call, entries


def by_rule_without_reserve():
    call, entries = field(ONE_EACH, waitlist=0)
    decisions.prepare(call.id, actor="test")
    return call, entries


def promoted():
    call, entries = by_order()
    decisions.publish(call.id, actor="test")
    offers.answer(entries[0].id, confirm=False)
    return call, entries


def promoted_by_people():
    call, entries = one_in()
    decisions.publish(call.id, actor="test")
    offers.answer(entries[0].id, confirm=False)
    return call, entries


def gone():
    call, entries = by_order()
    decisions.publish(call.id, actor="test")
    for entry in entries:
        withdraw(entry.id)
    return call, entries


def letter(call, entry, language):
    made = next(d for d in queries.decisions_of(call.id) if d.application_id == entry.id)
    with use_locale(language):
        said = letters.decision(made, made.application, None)
    return made, " ".join([said.title, *said.paragraphs]).replace("\u00a0", " ").lower()


# By way: which of the six is told what, and on which grounds.
WAYS = [
    (by_order, {0: (Outcome.ACCEPTED, Grounds.JURY), 2: (Outcome.RESERVE, Grounds.JURY),
                4: (Outcome.DECLINED, Grounds.JURY), 5: (Outcome.INELIGIBLE, Grounds.CONDITIONS)}),
    (by_hand, {0: (Outcome.DECLINED, Grounds.HAND), 4: (Outcome.ACCEPTED, Grounds.HAND)}),
    (one_in, {1: (Outcome.RESERVE, Grounds.DISPLACED), 2: (Outcome.DECLINED, Grounds.DISPLACED)}),
    (two_out, {2: (Outcome.ACCEPTED, Grounds.DISPLACED), 4: (Outcome.RESERVE, Grounds.DISPLACED)}),
    (by_rule, {2: (Outcome.ACCEPTED, Grounds.RULE), 1: (Outcome.RESERVE, Grounds.RULE)}),
    (by_rule_without_reserve, {1: (Outcome.DECLINED, Grounds.RULE)}),
    (promoted, {2: (Outcome.ACCEPTED, Grounds.FREED)}),
    (promoted_by_people, {1: (Outcome.ACCEPTED, Grounds.FREED)}),
]  # fmt: skip


@pytest.mark.parametrize(("way", "told"), WAYS)
def test_a_letter_names_who_decided_and_nobody_else(app, way, told):
    call, entries = way()

    for place, (outcome, rests_on) in told.items():
        for language in ("fr", "en"):
            made, text = letter(call, entries[place], language)

            assert (made.outcome, made.grounds) == (outcome, rests_on)
            names_jury = any(words in text for words in JURY[language])
            assert names_jury == (rests_on is Grounds.JURY and outcome is not Outcome.RESERVE)
            assert (PEOPLE[language] in text) == (rests_on in (Grounds.HAND, Grounds.DISPLACED))
            assert (RULE[language] in text) == (rests_on is Grounds.RULE)
            assert (FREED[language] in text) == (rests_on is Grounds.FREED)
            assert (CONDITIONS[language] in text) == (rests_on is Grounds.CONDITIONS)
            assert "interne" not in text


def test_who_withdrew_is_told_that_and_nothing_about_the_jury(app):
    call, entries = gone()

    for entry in entries:
        for language in ("fr", "en"):
            _, text = letter(call, entry, language)

            assert WITHDRAWN[language] in text
            assert not any(words in text for words in JURY[language])


def test_the_reason_in_the_letter_is_the_one_written_for_the_applicant(app):
    call, entries = by_hand("Prix du public, voir www.prix.example")
    bare, bare_entries = by_hand()

    for place in (0, 4):
        _, told = letter(call, entries[place], "fr")
        _, silent = letter(bare, bare_entries[place], "fr")

        assert "leur motif : prix du public" in told
        assert "www.prix.example" not in told  # a stranger's text never is a link
        assert "pour en demander le motif, répondez à ce courriel." in silent


def test_a_reason_changed_after_the_preparation_makes_it_out_of_date(app):
    call, entries = by_hand("un")
    decisions.pin(call.id, entries[0].id, False, reason="interne", told="deux", actor="test")

    with pytest.raises(decisions.ProposalOutdated):
        decisions.publish(call.id, actor="test")


def test_a_waiver_alone_leaves_the_word_to_the_jury(app):
    call, entries = field()
    decisions.waive(call.id, entries[5].id, ["too_old"], reason="filiale", actor="test")
    decisions.prepare(call.id, actor="test")

    made, text = letter(call, entries[5], "fr")

    assert (made.outcome, made.grounds) == (Outcome.ACCEPTED, Grounds.JURY)
    assert "retenue par le jury" in text


def test_the_name_of_a_company_stays_plain_in_every_answer(app):
    call, entries = by_hand()
    with transaction():
        lock(Application, entries[0].id).company = "Gagnez sur www.evil.example"

    _, text = letter(call, entries[0], "fr")

    assert "evil.example" in text.replace("\u200c", "") and "www.evil" not in text
