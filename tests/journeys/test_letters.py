"""The letter of an order in the mail program of a phone."""

from eventsapp.delivery import letters
from eventsapp.delivery.letters import Letter
from eventsapp.gateways import mail
from tests.journeys.phones import PHONE


def test_the_letter_of_an_order_fits_a_phone(sqlite_app, chromium):
    long = "Cérémonie d’ouverture des semaines du numérique et rencontre des jeunes pousses"
    letter = Letter(
        subject="Vos billets",
        title="Vos billets",
        paragraphs=["Merci de votre commande."],
        facts=[
            ("Commande", "8HKQ4"),
            (
                long,
                "jeudi 24\u00a0septembre 2026, 19\u00a0h\u00a030, Palais des Congrès, Marseille",
            ),
            ("Total, TVA comprise", "57,00\u00a0€"),
        ],
        action=("Ouvrir ma commande", "https://billets.example/fr"),
        signature="French Tech",
    )
    mail.memory().sent.clear()
    with sqlite_app.app_context():
        letters.post(letter, to="ada@mail.example", key="k", locale="fr")
    page = chromium.new_page(viewport=PHONE)
    page.set_content(mail.memory().sent[-1].html)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    value = page.locator("td", has_text="jeudi 24").last
    assert value.bounding_box()["width"] >= 150
