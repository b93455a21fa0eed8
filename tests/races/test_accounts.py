"""One invitation sent by many hands is one account with one role, and nobody sees an error."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from eventsapp.domain.accounts import people
from eventsapp.domain.accounts.models import Account, Role, RoleName
from eventsapp.kernel.db import db
from tests import make
from tests.races.crowd import rush

PROCESSES = 8


@pytest.mark.parametrize("app", ["postgres"], indirect=True)
@pytest.mark.parametrize("known", [True, False])
def test_an_invitation_sent_by_all_is_one_role(app, known):
    series = make.series()
    organisation_id, series_id = series.organisation_id, series.id
    if known:
        make.account(email="ada@example.org")

    def invite():
        people.invite(
            "ada@example.org",
            "Ada",
            RoleName.ORGANIZER,
            organisation_id=organisation_id,
            series_id=series_id,
            event_id=None,
            locale="fr",
            actor="account:1",
        )

    results = rush(app, [invite] * PROCESSES)

    assert Counter(kind for kind, _ in results) == {"done": PROCESSES}
    counts = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Account, Role)]
    assert counts == [1, 1]
