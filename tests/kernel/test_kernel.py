"""The kernel: transactions, facts, the outbox, the audit chain, money, time, words."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from eventsapp import wiring
from eventsapp.domain.accounts.models import Organisation
from eventsapp.kernel import audit, clock, facts, i18n, money, outbox, secrets
from eventsapp.kernel.audit import AuditEntry
from eventsapp.kernel.db import FlushedOutside, db
from eventsapp.kernel.outbox import OutboxMessage
from eventsapp.kernel.transaction import ChangedOutside, ErrorSwallowed, savepoint, transaction
from tests import make


def names() -> list[str]:
    return list(db.session.scalars(select(Organisation.name).order_by(Organisation.name)))


def add(name: str) -> None:
    with transaction() as session:
        session.add(Organisation(slug=name.lower(), name=name))


def test_transaction_saves_all_or_nothing(app):
    add("Un")
    with pytest.raises(RuntimeError), transaction():
        add("Deux")
        raise RuntimeError
    assert names() == ["Un"]


def test_transaction_refuses_to_commit_a_swallowed_error(app):
    with pytest.raises(ErrorSwallowed), transaction():
        add("Un")
        try:
            with transaction():
                raise RuntimeError
        except RuntimeError:
            pass
    assert names() == []


def test_savepoint_loses_its_part_alone(app):
    with transaction():
        add("Un")
        try:
            with savepoint():
                add("Deux")
                raise RuntimeError
        except RuntimeError:
            pass
    assert names() == ["Un"]


def test_transaction_refuses_changes_made_before_it(app):
    row = make.organisation(name="Un")
    row.name = "Autre"
    with pytest.raises(ChangedOutside), transaction():
        pass
    db.session.rollback()


def test_flushing_outside_a_transaction_is_an_error(app):
    db.session.add(Organisation(slug="x", name="X"))
    with pytest.raises(FlushedOutside):
        db.session.flush()
    db.session.rollback()


def test_commands_decide_on_fresh_rows(app):
    row = make.organisation(name="Lu avant")
    with db.engine.begin() as other:
        other.execute(Organisation.__table__.update().values(name="Écrit ailleurs"))
    with transaction() as session:
        assert session.get(Organisation, row.id).name == "Écrit ailleurs"


@dataclass(frozen=True)
class SomethingHappened(facts.Fact):
    number: int


def test_reactions_run_before_the_commit_and_share_its_fate(app):
    facts.install([(SomethingHappened, lambda fact: add(f"Réaction {fact.number}"))])
    try:
        with transaction():
            facts.record(SomethingHappened(1))
        with pytest.raises(RuntimeError), transaction():
            facts.record(SomethingHappened(2))
            raise RuntimeError
    finally:
        wiring.connect()
    assert names() == ["Réaction 1"]


@dataclass(frozen=True)
class ToldAfter(facts.Fact):
    number: int


@pytest.fixture
def reactions(app):
    """Install a table of reactions for one test."""
    yield facts.install
    wiring.connect()


def test_what_a_reaction_tells_after_its_savepoint_failed_is_heard(reactions):
    """Its part is undone with its facts; what it records next has its reactions."""

    def careful(fact: SomethingHappened) -> None:
        try:
            with savepoint():
                add("Perdue")
                facts.record(ToldAfter(99))
                raise RuntimeError
        except RuntimeError:
            facts.record(ToldAfter(fact.number))

    heard = lambda fact: add(f"Entendu {fact.number}")  # noqa: E731 - a reaction in a line
    reactions([(SomethingHappened, careful), (ToldAfter, heard)])
    with transaction():
        facts.record(SomethingHappened(1))
        facts.record(SomethingHappened(2))
    assert names() == ["Entendu 1", "Entendu 2"]


def test_savepoints_within_savepoints_lose_their_own_facts_alone(reactions):
    def careful(_fact: SomethingHappened) -> None:
        try:
            with savepoint():
                facts.record(ToldAfter(1))
                with suppress(RuntimeError), savepoint():
                    facts.record(ToldAfter(2))
                    raise RuntimeError
                facts.record(ToldAfter(3))
                raise LookupError
        except LookupError:
            facts.record(ToldAfter(4))
        with savepoint():
            with suppress(RuntimeError), savepoint():
                facts.record(ToldAfter(5))
                raise RuntimeError
            facts.record(ToldAfter(6))

    reactions(
        [(SomethingHappened, careful), (ToldAfter, lambda fact: add(f"Entendu {fact.number}"))]
    )
    with transaction():
        facts.record(SomethingHappened(1))
    assert names() == ["Entendu 4", "Entendu 6"]


def test_facts_told_before_a_failed_savepoint_are_still_heard_once(reactions):
    reactions([(ToldAfter, lambda fact: add(f"Entendu {fact.number}"))])
    with transaction():
        facts.record(ToldAfter(1))
        with suppress(RuntimeError), savepoint():
            facts.react()  # a sale does so before its end
            raise RuntimeError
        facts.record(ToldAfter(2))
    assert names() == ["Entendu 1", "Entendu 2"]


def test_outbox_asked_twice_is_asked_once_and_rolls_back_with_its_cause(app):
    with transaction():
        outbox.later("mail.x", "order-1", {"order": 1})
        outbox.later("mail.x", "order-1", {"order": 1})
    with pytest.raises(RuntimeError), transaction():
        outbox.later("mail.x", "order-2", {"order": 2})
        raise RuntimeError
    assert list(db.session.scalars(select(OutboxMessage.key))) == ["order-1"]


def test_outbox_lease_comes_back_after_a_dead_worker(app, now):
    outbox.later("mail.x", "order-1", {})
    first = outbox.claim(10)
    assert [message.key for message in first] == ["order-1"]
    assert outbox.claim(10) == []
    now(seconds=61)
    again = outbox.claim(10)
    assert [(message.key, message.attempts) for message in again] == [("order-1", 2)]
    outbox.finish(again[0].id)
    now(hours=1)
    assert outbox.claim(10) == []


def test_outbox_gives_up_loudly_after_its_last_attempt(app, now):
    outbox.later("mail.x", "order-1", {})
    for _ in range(outbox.MAX_ATTEMPTS):
        (message,) = outbox.claim(10)
        outbox.retry(message.id, message.attempts, "refused")
        now(minutes=11)
    failed = db.session.scalars(select(OutboxMessage)).one()
    db.session.refresh(failed)
    assert failed.ended and failed.failed_at is not None and failed.last_error == "refused"


def test_audit_rows_are_sealed_in_a_chain(app):
    for number in range(3):
        audit.note("thing.done", f"thing:{number}", actor="system", detail={"n": number})
    assert audit.seal() == 3
    audit.note("thing.done", "thing:3", actor="system")
    assert audit.seal() == 1
    rows = list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.seal_number)))
    assert [row.seal_number for row in rows] == [1, 2, 3, 4]
    assert rows[0].previous_hash == audit.GENESIS
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]


@pytest.mark.parametrize(
    "deed",
    [
        {"action": "thing.undone"},
        {"at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"detail": {"n": 7}},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
)
def test_a_sealed_row_that_was_changed_is_named(app, deed):
    for number in range(4):
        audit.note("thing.done", f"thing:{number}", actor="system", detail={"n": number})
    audit.seal()
    assert audit.broken_seals() == []

    with transaction() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seal_number == 2).values(**deed))

    assert audit.broken_seals()[0] == 2


def test_a_sealed_row_that_was_taken_out_is_named(app):
    for number in range(3):
        audit.note("thing.done", f"thing:{number}", actor="system")
    audit.seal()
    with transaction() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.seal_number == 2))

    assert audit.broken_seals() == [3]


def test_instants_are_aware_utc_on_both_databases(app):
    outbox.later("mail.x", "k", {}, due_at=datetime(2026, 9, 1, 8, 30, 15, 123456, tzinfo=UTC))
    stored = db.session.scalar(select(OutboxMessage.due_at))
    assert stored == datetime(2026, 9, 1, 8, 30, 15, 123456, tzinfo=UTC)
    assert stored.utcoffset().total_seconds() == 0


def test_local_times_that_do_not_exist_or_exist_twice_are_refused():
    with pytest.raises(clock.NonexistentTime):
        clock.from_local(datetime(2027, 3, 28, 2, 30), "Europe/Paris")
    with pytest.raises(clock.AmbiguousTime):
        clock.from_local(datetime(2027, 10, 31, 2, 30), "Europe/Paris")
    chosen = clock.from_local(datetime(2027, 10, 31, 2, 30), "Europe/Paris", fold=1)
    assert chosen == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gross", "rate", "vat"),
    [(1900, 2000, 317), (5700, 2000, 950), (2400, 1000, 218), (0, 2000, 0)],
)
def test_vat_included_rounds_half_up(gross, rate, vat):
    assert money.vat_included(gross, rate) == vat


@given(st.integers(-(10**7), 10**7), st.lists(st.integers(0, 10_000), min_size=1, max_size=9))
def test_split_parts_add_up_to_the_cent(total, weights):
    parts = money.split(total, weights)
    assert sum(parts) == total
    whole = sum(weights) or len(weights)
    for part, weight in zip(parts, weights if sum(weights) else [1] * len(weights), strict=True):
        assert abs(part * whole - total * weight) < whole


def test_signed_links_are_bound_to_their_purpose(app):
    signed = secrets.sign("unsubscribe", "ada@example.org")
    assert secrets.unsign("unsubscribe", signed) == "ada@example.org"
    with pytest.raises(secrets.BadLink):
        secrets.unsign("order", signed)
    with pytest.raises(secrets.BadLink):
        secrets.unsign("unsubscribe", ("a" if signed[0] != "a" else "b") + signed[1:])


def test_secrets_have_160_bits():
    made = {secrets.new_secret() for _ in range(100)}
    assert len(made) == 100 and all(len(secret) == 32 for secret in made)


@pytest.mark.parametrize(
    ("plain", "typeset"),
    [
        ("Ne payez pas deux fois !", "Ne payez pas deux fois\u202f!"),
        ("« {title} » : 19 €", "«\u202f{title}\u202f»\u00a0: 19\u00a0€"),
        ("https://exemple.fr/?a=1", "https://exemple.fr/?a=1"),
        ("à 19 h 30", "à 19\u00a0h\u00a030"),
    ],
)
def test_french_typography(plain, typeset):
    assert i18n.french(plain) == typeset


def test_french_counts_zero_as_one():
    assert i18n.ngettext("{n} place", "{n} places", 0) == "0 place"
    assert i18n.ngettext("{n} place", "{n} places", 2) == "2 places"
