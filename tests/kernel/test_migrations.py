"""Migrations on PostgreSQL; ``make lint`` runs the same on SQLite."""

from tests.check_migrations import check
from tests.conftest import new_database


def test_migrations_agree_with_the_models_on_postgresql(postgres_server):
    check(new_database(postgres_server))
