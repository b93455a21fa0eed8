"""A seat in a jury is as good as the role that gave it, whatever other juries somebody sits in."""

import pytest

from eventsapp.domain.accounts import closing, people
from eventsapp.domain.selection.jury import dealing, jury
from tests import make

EMAIL = "jure@mail.example"


@pytest.fixture
def seats(client):
    """Somebody in the juries of two houses, with an application to read in each."""
    found = []
    for _house in range(2):
        call = make.call(make.series(), stage="judging", reviews_each=1)
        application = make.application(call, pitch_fr="Un secret industriel.")
        juror = make.juror(call, email=EMAIL)
        dealing.assign_missing(call.id, actor="test")
        found.append((juror, application.id))
    return found


def rooms_of(juror, application_id):
    start = f"/jury/{juror.id}"
    return [f"{start}/", f"{start}/conflicts", f"{start}/applications/{application_id}"]


def test_a_role_that_is_taken_back_closes_its_seat_and_no_other(client, seats):
    (gone, read), (kept, other) = seats
    make.signed_in(client, gone.account)
    assert [client.get(one).status_code for one in rooms_of(gone, read)] == [200] * 3
    role = next(one for one in gone.account.roles if one.series_id == gone.call.series_id)

    people.take_role_back(role.id, actor="test")

    assert [client.get(one).status_code for one in rooms_of(gone, read)] == [404] * 3
    assert [client.get(one).status_code for one in rooms_of(kept, other)] == [200] * 3
    assert f"/jury/{kept.id}/" in client.get("/jury/").location


def test_a_closed_account_that_another_house_asks_back_has_no_old_seat(client, seats):
    (gone, read), (kept, _other) = seats
    call_id, account_id = kept.call_id, gone.account_id
    closing.close(account_id, actor="test")
    jury.invite(call_id, EMAIL, "", actor="test")
    make.signed_in(client, people.find_account(EMAIL))

    assert [client.get(one).status_code for one in rooms_of(gone, read)] == [404] * 3
    assert client.get(f"/jury/{kept.id}/").status_code == 200


@pytest.mark.parametrize("way", ["role taken back", "account closed", "left"])
def test_who_is_asked_back_at_the_desk_sits_there_again(client, seats, way):
    (gone, _read), _kept = seats
    call, juror_id = gone.call, gone.id
    if way == "left":
        jury.stop(juror_id, actor="test")
    elif way == "account closed":
        closing.close(gone.account_id, actor="test")
    else:
        role = next(one for one in gone.account.roles if one.series_id == call.series_id)
        people.take_role_back(role.id, actor="test")
    desk = f"/organizer/{call.series.slug}/calls/{call.slug}/jury"
    token = make.signed_in(client, make.account("owner", in_series=call.series))
    said = [
        client.post(desk, data={"csrf_token": token, "email": EMAIL, "name": ""}).location
        for _ in range(2)
    ]

    assert [one.rpartition("=")[2] for one in said] == ["juror_back", "juror_known"]
    make.signed_in(client, people.find_account(EMAIL))
    assert client.get(f"/jury/{juror_id}/").status_code == 200
