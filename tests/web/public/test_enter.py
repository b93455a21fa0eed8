"""Enter presses the first button of a form: it does what was typed last, and drops nothing."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from eventsapp import bundle
from eventsapp.domain.programme import releases
from eventsapp.domain.ticketing.catalogue import discounts
from eventsapp.domain.ticketing.catalogue.discounts import NewDiscount
from eventsapp.domain.ticketing.catalogue.models import DiscountEffect
from eventsapp.domain.ticketing.sales.models import HoldLine, Order
from eventsapp.kernel.db import db
from tests import make

TEMPLATES = Path(bundle.__file__).parents[1] / "templates"
TYPED = {"email": "ada@mail.example", "terms": "y", "shown_total": "1900", "first-0-0": "Ada"}


@pytest.fixture
def tariff(client):
    series = make.series(slug="essai")
    event = make.event(series, free=False)
    tariff = make.product(event, places=20)
    new = NewDiscount("MOINS", DiscountEffect.PERCENT, 10, [tariff.id])
    discounts.create(series.id, new, actor="test")
    make.product(event, places=20, price_cents=500)
    releases.publish(series.id, actor="test")
    client.post("/fr/essai/hold", data={f"qty-{tariff.id}": "1"})
    return tariff


def orders():
    return db.session.scalar(select(func.count(Order.id)))


def test_a_code_and_enter_shows_its_price_and_orders_at_the_second_press(client, tariff):
    shown = client.post("/fr/essai/checkout", data=TYPED | {"code": "moins"})

    assert (shown.status_code, orders()) == (200, 0)
    assert 'value="1710"' in shown.text and 'value="Ada"' in shown.text

    form = TYPED | {"code": "moins", "shown_total": "1710"}
    assert client.post("/fr/essai/checkout", data=form).status_code == 303
    assert db.session.scalars(select(Order.total_cents)).one() == 1710


def test_an_unknown_code_and_enter_orders_nothing_and_says_so(client, tariff):
    shown = client.post("/fr/essai/checkout", data=TYPED | {"code": "RIEN"})

    assert (shown.status_code, orders()) == (422, 0)
    assert "n’est pas connu" in shown.text and 'value="Ada"' in shown.text


def test_taking_a_line_out_keeps_the_names_of_the_others(client, tariff):
    other = tariff.id + 1
    client.post("/fr/essai/hold", data={f"qty-{other}": "1"})
    line_id = db.session.scalars(select(HoldLine.id).order_by(HoldLine.id)).first()
    page = client.get("/fr/essai/checkout").text
    path = f"/fr/essai/checkout/lines/{line_id}/removals"
    assert f'formaction="{path}"' in page

    shown = client.post(path, data=TYPED | {"first-1-0": "Grace"})

    assert shown.status_code == 200
    assert 'name="first-0-0" maxlength="100" autocomplete="off" value="Grace"' in shown.text
    assert 'value="Ada"' not in shown.text and 'value="ada@mail.example"' in shown.text
    assert client.get(path).status_code == 302


# Forms with several buttons: what Enter means in each, said on purpose.
ENTER = {
    ("account/sign_in.html", "Me connecter"),
    ("organizer/sales/order.html", "Annuler et rembourser les billets cochés"),
    # Nothing is typed there: Enter presses the arrow that has the focus.
    ("organizer/sales/change.html", "Voir ce qui va se passer"),
    ("organizer/sales/_rows.html", ""),
    ("organizer/calls/questions.html", ""),
    ("organizer/sales/guests.html", "Lire la liste"),
    ("organizer/sales/questions.html", ""),
    ("organizer/calls/grid.html", "Enregistrer"),
    ("organizer/programme/event.html", "Enregistrer"),
    ("organizer/programme/session.html", "Enregistrer"),
    ("organizer/programme/slot.html", "Enregistrer"),
    ("organizer/programme/speaker.html", "Enregistrer"),
    ("organizer/programme/texts.html", "Enregistrer"),
    ("organizer/programme/slots.html", "Voir ce que cela donne"),
    ("organizer/calls/application.html", "Déclarer éligible"),
    ("organizer/calls/application.html", "Retenir"),
    ("public/applications/form.html", "Enregistrer le brouillon"),
    ("public/applications/status.html", "Je confirme ma place"),
    # The first of the page stands before the form: "Continuer".
    ("public/tickets/details.html", "Retirer"),
}


def test_every_form_with_several_buttons_says_what_enter_means():
    found = set()
    for path in sorted(TEMPLATES.rglob("*.html")):
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL):
            pressed = re.findall(r"<button\b([^>]*)>(.*?)</button>", form, re.DOTALL)
            submits = [words for given, words in pressed if 'type="button"' not in given]
            if len(submits) > 1:
                label = re.search(r'_\("([^"]+)"', submits[0])
                found.add((str(path.relative_to(TEMPLATES)), label[1] if label else ""))
    assert found == ENTER


def test_the_answer_to_a_request_is_not_accepted_by_typing_a_refusal():
    page = (TEMPLATES / "organizer/sales/order.html").read_text()
    [refusal] = [one for one in re.findall(r"<form\b.*?</form>", page) if 'id="why"' in one]
    assert 'value="no"' in refusal and 'value="yes"' not in refusal
