"""Paper that people and readers can read."""

import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from eventsapp.gateways import paper
from eventsapp.gateways.paper import BadgePaper, TicketPaper, badges_pdf, tickets_pdf

TOKEN = "AB12 $%*+-./:" * 11 + "WXYZ"
TICKET = TicketPaper(
    token=TOKEN,
    series="French Tech Weeks",
    event="Grand Opening des French Tech Weeks",
    day="24.09",
    time="19 h 30",
    when="jeudi 24 septembre 2026, 19 h 30",
    where="Esplanade Mozart, Aix-en-Provence",
    address="Esplanade Mozart, 13100 Aix-en-Provence",
    product="Entrée",
    first_name="Tanguy",
    last_name="Nguyễn Thị",
    company="Massilix",
    price="19,00 €",
    code="D2B7-8446",
    advice="Portes à 19 h.",
)
BADGE = BadgePaper(first_name="Zélie", last_name="Abelloni", role="Startup", token=TOKEN)


def words(pdf):
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_an_order_is_one_tagged_file_with_a_page_a_ticket():
    pdf = tickets_pdf([TICKET] * 3, lang="fr", organizer="Medinsoft")

    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 3
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert "Nguyễn Thị" in words(pdf)
    assert "Billet 3 sur 3" in words(pdf).replace("\u00a0", " ")


def test_a_ticket_speaks_english_to_an_english_reader():
    pdf = tickets_pdf([TICKET], lang="en", organizer="Medinsoft")

    assert "Ticket 1 of 1" in words(pdf)
    assert "When" in words(pdf)


@pytest.mark.parametrize(
    ("template", "shown"),
    [("tickets.typ", "tickets"), ("badges.typ", "badges")],
)
def test_the_code_on_paper_is_read_again(monkeypatch, template, shown):
    pictures = []

    def as_picture(name, data, *, tagged):
        pictures.append(
            paper._compiler().compile(
                input=str(paper._TEMPLATES / name),
                format="png",
                ppi=200,
                sys_inputs={"data": paper.json.dumps(data)},
            )
        )
        return b""

    monkeypatch.setattr(paper, "compile_here", as_picture)
    if shown == "tickets":
        tickets_pdf([TICKET], lang="fr", organizer="M")
    else:
        badges_pdf([BADGE], lang="fr", organizer="M", series="FTW", event="Grand Opening")

    image = Image.open(io.BytesIO(pictures[0])).convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [TOKEN]


@pytest.mark.parametrize(
    "name", ["Jean-Christophe-Emmanuel-Maximilien", "W" * 60, "O", "", "#set text(red)", "李小龙"]
)
def test_any_name_fits_one_badge(name):
    pdf = badges_pdf(
        [replace(BADGE, first_name=name, last_name=name, company=name)],
        lang="fr",
        organizer="M",
        series="FTW",
        event="Grand Opening",
    )

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_many_badges_are_made_in_a_child_and_stay_small():
    pdf = badges_pdf(
        [replace(BADGE, first_name=f"Zélie {number}") for number in range(120)],
        lang="fr",
        organizer="M",
        series="FTW",
        event="Grand Opening",
    )

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 120
    assert len(pdf) < 120 * 3_750


@pytest.mark.parametrize("name", ["李明", "😀 Zoé", "ไทย", "a\x01b", "\ufeffAda", "\0"])
def test_a_name_our_fonts_cannot_write_has_its_ticket(name):
    holder = replace(TICKET, first_name=name, last_name=name, company=name)

    pdf = tickets_pdf([TICKET, holder], lang="fr", organizer="Medinsoft")

    read = PdfReader(io.BytesIO(pdf))
    assert len(read.pages) == 2
    assert "Grand Opening" in words(pdf) and "Tanguy" in words(pdf)
