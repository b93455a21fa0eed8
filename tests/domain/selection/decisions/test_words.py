"""What the conditions of a call say."""

import pytest

from eventsapp.domain.selection.calls import eligibility
from eventsapp.domain.selection.decisions import words
from eventsapp.kernel.db import db
from tests import make


@pytest.mark.parametrize(
    ("departments", "condition", "reason"),
    [
        (["13"], "dans le département 13.", "n’est pas dans le département 13."),
        (
            ["69", "38"],
            "dans un des départements 69, 38.",
            "n’est dans aucun des départements 69, 38.",
        ),
    ],
)
def test_one_department_or_several(app, departments, condition, reason):
    call = make.call()
    call.conditions = {"departments": departments}

    said = words.reason(
        eligibility.OUTSIDE_AREA, {"postcode": "75001", "departments": ", ".join(departments)}
    )

    with db.session.no_autoflush:
        assert words.conditions(call)[0].endswith(condition)
    assert said == f"Le code postal 75001 {reason}"
