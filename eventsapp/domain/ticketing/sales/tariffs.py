"""Tariffs and what was kept or sold with them: what may still change, and what may go."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from eventsapp.domain.ticketing.asking import composing
from eventsapp.domain.ticketing.catalogue import editing, ending, passes
from eventsapp.domain.ticketing.catalogue.drafts import NewProduct
from eventsapp.domain.ticketing.catalogue.models import Product
from eventsapp.domain.ticketing.sales.models import HoldLine
from eventsapp.kernel.db import db
from eventsapp.kernel.transaction import transaction


def used(product_ids: Collection[int]) -> set[int]:
    """Those with which places were once kept, sold or given, whatever became of it since."""
    found = select(HoldLine.product_id).where(HoldLine.product_id.in_(product_ids)).distinct()
    return set(db.session.scalars(found))


def change(product_id: int, version: int, new: NewProduct, *, actor: str) -> Product:
    """Change a tariff of an event: see ``catalogue.editing``.

    Raises:
        NotFound, EditedMeanwhile, ProductFixed, CodeTaken, ProductMalformed.
    """
    with transaction():
        known = bool(used([product_id]))
        asked = composing.let_go(product_id)
        product = editing.change(product_id, version, new, used=known, actor=actor)
        composing.give(asked, product.id)
        return product


def change_pass(
    product_id: int,
    version: int,
    new: NewProduct,
    events: Sequence[tuple[int, int]],
    *,
    actor: str,
) -> Product:
    """Change a pass: see ``catalogue.passes``.

    Raises:
        NotFound, EditedMeanwhile, ProductFixed, CodeTaken, ProductMalformed.
    """
    with transaction():
        known = bool(used([product_id]))
        asked = composing.let_go(product_id)
        product = passes.change(product_id, version, new, events, used=known, actor=actor)
        composing.give(asked, product.id)
        return product


def remove(product_id: int, *, actor: str) -> None:
    """Take a tariff or a pass away that nobody ever had: see ``catalogue.ending``.

    Raises:
        NotFound, ProductUsed, StillRequired.
    """
    with transaction():
        known = bool(used([product_id]))
        if not known:
            composing.remove_of(product_id)
        ending.remove(product_id, used=known, actor=actor)
