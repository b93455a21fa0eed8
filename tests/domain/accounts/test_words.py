"""What an invitation says of a role is what the table of rights gives."""

import pytest

from eventsapp.domain.accounts import words
from eventsapp.domain.accounts.models import RoleName
from eventsapp.domain.accounts.permissions import FOR_ONE_EVENT, REACH

#: A word of the sentence -> the right that makes it true.
SAYS = {
    "publier": "programme.publish",
    "rembourser": "orders.refund",
    "commandes": "orders.view",
    "sensibles": "answers.sensitive",
    "noter": "jury.review",
    "Contrôler": "door.scan",
    "contrôler": "door.scan",
    "inviter": "people.edit",
    "odifier": "programme.edit",
}


def test_every_role_has_a_name_and_says_what_it_gives(app):
    for role in RoleName:
        assert words.name(role) and words.gives(role, one_event=False)
    assert set(words.GIVES_AT_ONE_EVENT) == {RoleName(role) for role in FOR_ONE_EVENT}


@pytest.mark.parametrize("role", list(RoleName))
def test_what_is_said_is_given(app, role):
    for one_event in {False, role.value in FOR_ONE_EVENT}:
        said = words.gives(role, one_event=one_event)
        for word, right in SAYS.items():
            if word in said:
                reach = REACH[role.value].get(right, "-")
                assert reach != "-" and not (one_event and reach == "all"), (role, word)
