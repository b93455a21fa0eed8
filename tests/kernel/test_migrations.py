"""Migrations on PostgreSQL, ``make lint`` runs the same on SQLite; and what they do to old rows."""

from alembic import command
from sqlalchemy import text

from eventsapp.app import create_app
from eventsapp.cli.db import config
from eventsapp.kernel.db import db
from tests.check_migrations import check
from tests.conftest import make_settings, new_database


def test_migrations_agree_with_the_models_on_postgresql(postgres_server):
    check(new_database(postgres_server))


def test_slots_keep_the_names_that_calendars_know(tmp_path):
    """Before 0008 the n-th slot of an event was ``uid-n``; the row goes on under that name."""
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with create_app(settings).app_context():
        command.upgrade(config(), "0003")
        with db.engine.begin() as connection:
            for table, values in OLD_ROWS:
                names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
                connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)
        command.upgrade(config(), "head")
        with db.engine.connect() as connection:
            rows = connection.execute(text("SELECT id, uid FROM slot ORDER BY id")).all()
        db.engine.dispose()

    assert [tuple(row) for row in rows] == [(1, "abc-2"), (2, "abc")]


def test_stocks_of_one_visit_become_one_and_nobody_loses_a_place(tmp_path):
    """Before 0021 each tariff had its own stock of a visit: 15 places were sold twice over."""
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with create_app(settings).app_context():
        command.upgrade(config(), "0020")
        with db.engine.begin() as connection:
            for table, values in [*OLD_ROWS_20, *STOCKS]:
                names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
                connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)
        command.upgrade(config(), "head")
        with db.engine.connect() as connection:
            quotas = connection.execute(
                text("SELECT id, slot_id, target, size, taken FROM quota ORDER BY id")
            ).all()
            draws = connection.execute(
                text("SELECT product_id, quota_id, units FROM product_quota ORDER BY id")
            ).all()
        db.engine.dispose()

    assert [tuple(row) for row in quotas] == [
        (1, None, 90, 90, 26),
        (2, 1, 15, 26, 26),
        (3, 2, 15, 15, 0),
    ]
    assert [tuple(row) for row in draws] == [(1, 1, 1), (1, 2, 1), (1, 3, 1), (2, 1, 1), (2, 2, 1)]


def _stock(key, slot, target, taken):
    names = {"id": key, "organisation_id": 1, "series_id": 1, "event_id": 1, "name": "T"}
    rest = {"target": target, "size": target, "taken": taken, "slot_id": slot}
    return "quota", names | rest | {"whole_event": slot is None}


def _tariff(key):
    names = {"id": key, "organisation_id": 1, "seller_id": 1, "series_id": 1, "event_id": 1}
    rest = {"code": f"T{key}", "label_fr": "T", "label_en": "T", "kind": "admission"}
    price = {"price_cents": 0, "currency": "EUR", "vat_bp": 2000, "per_order_min": 1}
    flags = dict.fromkeys(("hidden", "approval", "proof"), False) | {"per_slot": True}
    last = {"per_order_max": 10, "tickets_per_unit": 1, "withdrawal": "x", "position": 0}
    return "product", names | rest | price | flags | last


def _draw(key, product, quota):
    return "product_quota", {"id": key, "product_id": product, "quota_id": quota, "units": 1}


STOCKS = [
    _stock(1, None, 90, 26),
    _stock(2, 1, 15, 15),
    _stock(3, 2, 15, 0),
    _stock(4, 1, 15, 11),
    _tariff(1),
    _tariff(2),
    *[_draw(n, *pair) for n, pair in enumerate([(1, 1), (1, 2), (1, 3), (2, 1), (2, 4)], 1)],
]


OLD_ROWS = [
    ("organisation", {"id": 1, "slug": "o", "name": "O", "sells_through": "series"}),
    (
        "series",
        {
            **{"id": 1, "organisation_id": 1, "slug": "s", "title_fr": "S", "title_en": "S"},
            **{"edition": 1, "timezone": "Europe/Paris", "starts_on": "2026-09-24"},
            **{"ends_on": "2026-10-16", "currency": "EUR", "is_demo": False, "release_number": 0},
        },
    ),
    (
        "event",
        {
            **{"id": 1, "series_id": 1, "organisation_id": 1, "number": 1, "slug": "e"},
            **{"title_fr": "E", "title_en": "E", "summary_fr": "", "summary_en": ""},
            **{"kind": "meetup", "state": "confirmed", "access": "open", "uid": "abc"},
            **{"doors_minutes_before": 30, "setup_minutes": 0, "teardown_minutes": 0},
            **{"address_hidden": False, "free": True, "sequence": 0, "version": 1},
        },
    ),
    (
        "slot",
        {"id": 1, "event_id": 1, "starts_at": "2026-09-25 10:00", "ends_at": "2026-09-25 11:00"},
    ),
    (
        "slot",
        {"id": 2, "event_id": 1, "starts_at": "2026-09-24 10:00", "ends_at": "2026-09-24 11:00"},
    ),
]

#: The same rows after slots had names of their own.
OLD_ROWS_20 = [
    (table, values | {"uid": f"slot-{values['id']}"} if table == "slot" else values)
    for table, values in OLD_ROWS
]
