"""A new series and its settings: what an owner may set, and what is refused."""

import pytest

from eventsapp.domain.accounts import organisations, people
from eventsapp.domain.accounts.models import Organisation
from eventsapp.domain.programme.models import Domain, Series
from eventsapp.kernel.db import db
from tests import make

FORM = {
    "title_fr": "Semaines du numérique",
    "slug": "semaines-2027",
    "starts_on": "2027-03-01",
    "ends_on": "2027-03-14",
    "timezone": "Europe/Paris",
    "domains": "Santé ; Health\nVille ; City",
    "seller": "L’Association",
    "siren": "000 009 001",
    "email": "contact@association.example",
}


class Owner:
    def __init__(self, client, role="owner"):
        self.client = client
        self.series = make.series(slug="weeks")
        self.token = make.signed_in(client, make.account(role, in_series=self.series))

    def post(self, path, **form):
        # Shown that the series "weeks" shares the seller's identity (test_shared_seller.py).
        seen = {"csrf_token": self.token, "seller_seen": str(self.series.id)}
        return self.client.post(path, data=seen | form)


@pytest.fixture
def owner(client):
    return Owner(client)


def test_an_owner_opens_a_series(owner):
    answer = owner.post("/organizer/series/new", **FORM)

    made = db.session.query(Series).filter_by(slug="semaines-2027").one()
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/organizer/semaines-2027/settings?done=saved",
    )
    assert (made.title_en, made.organisation_id) == (made.title_fr, owner.series.organisation_id)
    domains = db.session.query(Domain).filter_by(series_id=made.id).order_by(Domain.id)
    assert [(d.slug, d.name_en) for d in domains] == [("sante", "Health"), ("ville", "City")]
    assert owner.client.get("/organizer/semaines-2027/programme").status_code == 200


def test_the_identity_of_the_seller_is_kept_and_what_is_missing_is_said(owner):
    owner.post("/organizer/weeks/settings", **FORM | {"slug": "weeks"})

    seller = db.session.get_one(Organisation, owner.series.organisation_id)
    assert (seller.name, seller.legal["siren"]) == ("L’Association", "000009001")
    assert organisations.missing(seller.legal) == [
        "form",
        "publication_director",
        "address.street",
        "address.city",
        "host.name",
        "mediator.name",
        "mediator.url",
    ]
    text = owner.client.get("/organizer/weeks/settings").get_data(as_text=True)
    assert "Il manque\u00a0: Forme juridique, Direction de la publication, Rue, Ville" in text


def test_the_address_of_a_series_never_changes(owner):
    owner.post("/organizer/weeks/settings", **FORM | {"slug": "autre"})

    assert db.session.get_one(Series, owner.series.id).slug == "weeks"


@pytest.mark.parametrize(("slug", "status"), [("weeks", 409), ("sign-in", 409), ("A b", 422)])
def test_an_address_that_cannot_be_is_refused(owner, slug, status):
    assert owner.post("/organizer/series/new", **FORM | {"slug": slug}).status_code == status
    assert db.session.query(Series).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_fr", ""),
        ("starts_on", "hier"),
        ("ends_on", "2027-02-01"),
        ("ends_on", "2030-01-01"),
        ("timezone", "Europe/Atlantide"),
        ("timezone", "../../etc/passwd"),
        ("siren", "123"),
        ("mediator_url", "javascript:alert(1)"),
        ("seller", ""),
    ],
)
def test_bad_input_is_refused_beside_its_field(owner, field, value):
    answer = owner.post("/organizer/series/new", **FORM | {field: value})

    assert answer.status_code == 422
    assert 'class="error"' in answer.get_data(as_text=True)
    assert db.session.query(Series).count() == 1


def test_a_domain_that_events_use_stays(owner):
    field = make.domain(owner.series, name_fr="Santé")
    make.event(owner.series, domain_id=field.id)

    answer = owner.post("/organizer/weeks/settings", **FORM | {"slug": "weeks", "domains": ""})

    assert answer.status_code == 409
    assert db.session.query(Domain).one().name_fr == "Santé"


@pytest.mark.parametrize("role", ["organizer", "contributor", "door", "accountant", "juror"])
def test_only_owners_touch_the_frame(client, role):
    other = Owner(client, role)

    assert other.client.get("/organizer/series/new").status_code == 403
    assert other.client.get("/organizer/weeks/settings").status_code == 403
    assert other.post("/organizer/series/new", **FORM).status_code == 403


def test_the_first_owner_of_an_empty_house_is_led_to_a_first_series(client):
    account = people.first_owner("premiere@demo.example")
    make.signed_in(client, account)

    text = client.get("/organizer/").get_data(as_text=True)

    assert "Créer ma première série" in text and "Demandez un rôle" not in text
    assert 'href="/organizer/series/new"' in text
    assert client.get("/organizer/series/new").status_code == 200


def test_an_owner_of_one_series_finds_the_way_to_another(owner):
    here = owner.client.get("/organizer/weeks/").text

    assert 'href="/organizer/?liste=1"' in here
    assert 'href="/organizer/series/new"' in owner.client.get("/organizer/?liste=1").text


def test_what_the_sellers_identity_lacks_is_named_and_stops_no_sale(owner):
    """The page said that sales wait for it, which was not so, and "1 mentions" without a name."""
    form = FORM | {"legal_form": "Association", "street": "1 rue A", "city": "Lyon"}
    form |= {"director": "Ada", "host_name": "Hébergeur", "mediator_name": "CM2C"}

    owner.post("/organizer/series/new", **form)
    page = owner.client.get("/organizer/semaines-2027/settings").text

    assert "Il manque\u00a0: Site du médiateur." in page
    assert "rien ici n’empêche de vendre sans elle" in page
