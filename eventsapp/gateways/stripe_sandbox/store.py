"""The sandbox's memory: one SQLite file, shared by web and worker."""

import json
import os
import secrets
import sqlite3
import string
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Doc = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
  payment TEXT, due INTEGER, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_listed ON object (kind, created, row);
CREATE INDEX IF NOT EXISTS object_payment ON object (payment);
CREATE INDEX IF NOT EXISTS object_due ON object (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS saved_answer (
  key TEXT PRIMARY KEY, at INTEGER NOT NULL, fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
  row INTEGER PRIMARY KEY, event TEXT NOT NULL, endpoint TEXT NOT NULL, due INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0, last TEXT);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due) WHERE due IS NOT NULL;
"""

_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(24))


class Store:
    """Documents by id, answers by idempotency key, deliveries by due time.

    Every change happens inside ``writing()``: one transaction per request, so a crash leaves
    either the whole effect with its events, or nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        # A connection belongs to a thread, and never crosses a fork.
        held: tuple[int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        if held is None or held[0] != os.getpid():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=15)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(_SCHEMA)
            self._local.held = held = (os.getpid(), connection)
        return held[1]

    def close(self) -> None:
        held = getattr(self._local, "held", None)
        if held is not None:
            held[1].close()
            self._local.held = None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def get(self, object_id: str, kind: str | None = None) -> Doc | None:
        row = (
            self._connection()
            .execute("SELECT kind, doc FROM object WHERE id = ?", (object_id,))
            .fetchone()
        )
        if row is None or (kind is not None and row[0] != kind):
            return None
        doc: Doc = json.loads(row[1])
        return doc

    def put(self, doc: Mapping[str, Any], *, due: int | None = None) -> None:
        """Insert or replace. ``due`` is when the sandbox itself must move the object on."""
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO object (id, kind, created, payment, due, doc)"
                " VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET payment = excluded.payment,"
                " due = excluded.due, doc = excluded.doc",
                (
                    doc["id"],
                    doc["object"],
                    doc["created"],
                    doc.get("payment_intent"),
                    due,
                    json.dumps(doc),
                ),
            )

    def of_payment(self, payment_intent: str, kind: str) -> list[Doc]:
        rows = self._connection().execute(
            "SELECT doc FROM object WHERE payment = ? AND kind = ? ORDER BY row",
            (payment_intent, kind),
        )
        return [json.loads(row[0]) for row in rows]

    def due(self, now: int) -> list[Doc]:
        rows = self._connection().execute(
            "SELECT doc FROM object WHERE due IS NOT NULL AND due <= ? ORDER BY due", (now,)
        )
        return [json.loads(row[0]) for row in rows]

    def drop(self, object_id: str) -> None:
        with self.writing() as connection:
            connection.execute("DELETE FROM object WHERE id = ?", (object_id,))

    def listed(self, kind: str, query: Mapping[str, Any], limit: int) -> tuple[list[Doc], bool]:
        """Newest first, as Stripe lists; and whether there are more."""
        where, values = ["kind = ?"], [kind]
        created = query.get("created")
        for name, sign in (("gte", ">="), ("gt", ">"), ("lte", "<="), ("lt", "<")):
            if isinstance(created, Mapping) and name in created:
                where.append(f"created {sign} ?")
                values.append(int(created[name]))  # type: ignore[arg-type]
        if "payment_intent" in query:
            where.append("payment = ?")
            values.append(query["payment_intent"])
        if "starting_after" in query:
            where.append(
                "(created, row) < (SELECT created, row FROM object AS seen WHERE seen.id = ?)"
            )
            values.append(query["starting_after"])
        rows = (
            self._connection()
            .execute(
                f"SELECT doc FROM object WHERE {' AND '.join(where)}"  # noqa: S608 - fixed texts
                " ORDER BY created DESC, row DESC LIMIT ?",
                (*values, limit + 1),
            )
            .fetchall()
        )
        return [json.loads(row[0]) for row in rows[:limit]], len(rows) > limit
