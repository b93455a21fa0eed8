"""Alembic's environment: the application's engine and metadata, on both databases."""

from alembic import context

from eventsapp.kernel.db import UtcDateTime, db


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode recreates tables; with foreign keys on, that would silently delete
            # the children of ON DELETE CASCADE. Outside a transaction, or it has no effect.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        migrate(connection)
        connection.commit()
        if connection.dialect.name == "sqlite":
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
            if orphans:
                raise RuntimeError(f"rows without their parent after the migration: {orphans[:5]}")


def plain_type(kind, thing, _context):
    """Migrations outlive the code: they name SQLAlchemy's types, not ours."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_type,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
