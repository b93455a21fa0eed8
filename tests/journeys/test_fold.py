"""A name is found on the jury's page as everywhere: by the one fold, in the page's own code."""

import pytest
from playwright.sync_api import expect

from eventsapp.domain.accounts import sign_in
from tests import make
from tests.vectors import FOLD

# A rule of a page: the database is only there to serve it.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def page(app, address, chromium):
    """The list of names of a juror who has not declared yet."""
    call = make.call(stage="judging")
    for name in ("Société Œuvre", "O’Brien & Fils", "STRASSE 9", "山田"):
        make.application(call, company=name)
    juror = make.juror(call, declared=False)
    context = chromium.new_context(locale="fr-FR")
    secret = sign_in.open_session(juror.account_id, device="test")
    context.add_cookies([{"name": "session", "value": secret, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/jury/{juror.id}/conflicts")
    return page


def test_both_languages_fold_every_name_alike(page):
    fold = """async (names) => {
      const module = new URL("../components/fold.js",
        document.querySelector("script[type=module]").src);
      const { fold } = await import(module.href);
      return names.map(fold);
    }"""

    said = page.evaluate(fold, [case["name"] for case in FOLD])

    assert {case["name"]: one for case, one in zip(FOLD, said, strict=True)} == {
        case["name"]: case["fold"] for case in FOLD
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("societe-oeuvre", ["Société Œuvre"]),
        ("o'brien", ["O’Brien & Fils"]),
        ("straße", ["STRASSE 9"]),
        ("山", ["山田"]),
        ("zz", []),
    ],
)
def test_a_juror_finds_a_name_however_it_is_typed(page, typed, found):
    page.get_by_label("Chercher un nom").fill(typed)

    expect(page.locator(".names li:visible bdi")).to_have_count(len(found))
    assert [text.replace("\u00a0", " ") for text in
            page.locator(".names li:visible bdi").all_text_contents()] == found  # fmt: skip
