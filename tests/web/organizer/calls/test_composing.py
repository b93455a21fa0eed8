"""The criteria and the questions of a call, written at the desk until somebody has applied."""

import re

import pytest

from eventsapp.domain.questions import fields
from eventsapp.domain.selection.calls import applications, queries
from eventsapp.kernel.db import db
from tests import make

FIVE = ("Innovation", "Marché", "Équipe", "Territoire", "Tech for Good")


@pytest.fixture
def case(client):
    """A signed-in organizer with one open call: (address of the call, call, token)."""
    series = make.series()
    make.domain(series, slug="e-sante", name_fr="E-santé", name_en="E-health")
    call = make.call(series, slug="modele")
    token = make.signed_in(client, make.account("organizer", in_series=series))
    return f"/organizer/{series.slug}/calls/modele", call, token


def version(client, url):
    return re.search(r'name="version" [^>]*value="([0-9a-f]{32})"', client.get(url).text)[1]


def grid(rows, least="1", most="5"):
    typed = {"rows": str(len(rows)), "least": least, "most": most}
    for place, row in enumerate(rows):
        typed |= {f"c{place}-{part}": value for part, value in row.items()}
    return typed


def five():
    """The demo's five criteria as somebody types them, with what each mark means."""
    weights = ("30", "25", "20", "15", "10")
    rows = [
        {"label_fr": name, "weight": weight} for name, weight in zip(FIVE, weights, strict=True)
    ]
    rows[0] |= {"hint_fr": "Ce qui est neuf.", "hint_en": "What is new."}
    rows[0] |= {"a1-fr": "Une copie", "a5-fr": "Personne d’autre", "a5-en": "Nobody else"}
    return rows


def save(client, url, typed, token, press="save", read=None):
    sent = {"csrf_token": token, "version": read or version(client, url), "press": press}
    return client.post(url, data=typed | sent)


def test_an_organizer_writes_five_criteria_and_applicants_and_jurors_read_them(client, case):
    base, call, token = case

    assert save(client, f"{base}/criteria", grid(five()), token).status_code == 302

    db.session.expire_all()
    assert [one["weight"] for one in call.criteria] == [30, 25, 20, 15, 10]
    assert call.criteria[0]["anchors"] == {
        "1": {"fr": "Une copie", "en": "Une copie"},
        "5": {"fr": "Personne d’autre", "en": "Nobody else"},
    }
    assert call.criteria[2]["label"] == {"fr": "Équipe", "en": "Équipe"}
    public = client.get(f"/fr/{call.series.slug}/calls/modele").text
    assert all(name in public for name in FIVE)
    assert "Personne d’autre" in client.get(f"{base}/criteria").text  # the juror's view


def test_rows_are_added_moved_and_taken_away_before_anything_is_saved(client, case):
    base, call, token = case
    url, rows = f"{base}/criteria", five()
    before = call.criteria

    more = save(client, url, grid(rows), token, press="add")
    assert more.status_code == 200 and 'name="rows" value="6"' in more.text
    assert 'name="c5-label_fr" value=""' in more.text
    down = save(client, url, grid(rows), token, press="down-0").text
    assert 'name="c0-label_fr" value="Marché"' in down
    assert 'name="c1-label_fr" value="Innovation"' in down
    assert 'value="Personne d’autre"' in down
    fewer = save(client, url, grid(rows), token, press="remove-4").text
    assert "Tech for Good" not in fewer and "90 sur 100" in fewer

    db.session.expire_all()
    assert call.criteria == before


def test_another_scale_asks_for_its_own_words_and_the_jury_marks_on_it(client, case):
    base, call, token = case
    rows = [
        {"label_fr": "Seul", "weight": "100", "a0-fr": "Rien", "a10-fr": "Tout", "a9-fr": "Presque"}
    ]

    looked = save(client, f"{base}/criteria", grid(rows, "0", "10"), token, press="look").text
    assert 'name="c0-a10-fr" value="Tout"' in looked and 'name="c0-a11-fr"' not in looked
    assert save(client, f"{base}/criteria", grid(rows, "0", "10"), token).status_code == 302

    db.session.expire_all()
    assert (call.scale_least, call.scale_most) == (0, 10)
    assert "de 0 à 10" in client.get(f"/fr/{call.series.slug}/calls/modele").text.replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize(
    ("rows", "scale", "said"),
    [
        ([], ("1", "5"), "Il faut au moins un critère."),
        ([{"label_fr": "A", "weight": "60"}], ("1", "5"), "Les poids font 60"),
        ([{"label_fr": "", "weight": "100"}], ("1", "5"), "Cette réponse est nécessaire."),
        ([{"label_fr": "A", "weight": "²"}], ("1", "5"), "Un poids de 1 à 100."),
        ([{"label_fr": "A", "weight": "100"}], ("5", "5"), "De 0 à 20"),
        ([{"label_fr": "A", "weight": "100"}], ("1", "99"), "De 0 à 20"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept_on_the_page(client, case, rows, scale, said):
    base, call, token = case
    before = call.criteria

    page = save(client, f"{base}/criteria", grid(rows, *scale), token)

    assert page.status_code == 422 and said in page.text.replace("\u00a0", " ")
    db.session.expire_all()
    assert call.criteria == before


def test_criteria_keep_their_names_when_they_are_renamed(client, case):
    base, call, token = case
    names = [one["id"] for one in call.criteria]
    rows = [
        {"id": name, "label_fr": f"Autre {name}", "weight": weight}
        for name, weight in zip(names, ("50", "30", "20"), strict=True)
    ]
    rows.append({"id": "a-stranger", "label_fr": "Autre a", "weight": "0"})
    rows[0]["weight"], rows[3]["weight"] = "40", "10"

    save(client, f"{base}/criteria", grid(rows), token)

    db.session.expire_all()
    assert [one["id"] for one in call.criteria] == [*names, "autre-a"]


def test_once_somebody_has_applied_neither_criteria_nor_questions_change(client, case):
    base, call, token = case
    read = {name: version(client, f"{base}/{name}") for name in ("criteria", "questions")}
    make.application(call)
    before = (call.criteria, call.question_set_id)

    for path, data in (
        ("criteria", grid(five()) | {"press": "save"}),
        ("questions", {"press": "remove-siren"}),
        ("questions/siren", {"label_fr": "Autre"}),
        ("questions/new?kind=text", {"label_fr": "Autre"}),
    ):
        sent = data | {"csrf_token": token, "version": read[path.partition("/")[0]]}
        answer = client.post(f"{base}/{path}", data=sent)
        assert answer.status_code == 409, path
        assert "Une candidature est déjà envoyée" in answer.text
    for path in ("criteria", "questions"):
        assert "Des candidatures sont reçues." in client.get(f"{base}/{path}").text

    db.session.expire_all()
    assert (call.criteria, call.question_set_id) == before


def test_the_second_of_two_editors_is_told_and_loses_nothing(client, case):
    base, call, token = case
    url = f"{base}/criteria"
    read = version(client, url)
    save(client, url, grid([{"label_fr": "Le premier", "weight": "100"}]), token)

    page = save(client, url, grid([{"label_fr": "Le second", "weight": "100"}]), token, read=read)

    assert page.status_code == 409 and 'value="Le second"' in page.text
    assert "Rien des vôtres" in page.text
    db.session.expire_all()
    assert call.criteria[0]["label"]["fr"] == "Le premier"


def ask(client, base, token, kind, **typed):
    url = f"{base}/questions/new?kind={kind}"
    sent = {"csrf_token": token, "version": version(client, url), "when": ""}
    return client.post(url, data=sent | typed)


def form(call):
    db.session.expire_all()
    return {one.id: one for one in queries.questions_of(call)}


def test_questions_of_every_kind_are_written_and_an_applicant_answers_them(client, case):
    base, call, token = case
    page = client.get(f"{base}/questions").text
    assert 'value="city"' in page and 'value="company"' not in page  # asked already
    assert 'value="file"' not in page  # one document at most

    made = [
        ask(client, base, token, "text", label_fr="Votre démo", label_en="Your demo",
            max_chars="400", for_jury="y"),
        ask(client, base, token, "integer", label_fr="Fonds levés, en k€", least="0", most="9000"),
        ask(client, base, token, "choice", label_fr="Stade", choices="Idée ; Idea\nVente ; Sales",
            required="y", for_jury="y"),
        ask(client, base, token, "city", label_fr="Ville", label_en="City", max_chars="80"),
    ]  # fmt: skip
    assert [one.status_code for one in made] == [302] * 4

    questions = form(call)
    assert list(questions)[-4:] == ["votre-demo", "fonds-leves-en-k", "stade", "city"]
    assert questions["votre-demo"].max_chars == 400 and questions["votre-demo"].for_jury
    assert not questions["fonds-leves-en-k"].for_jury and questions["fonds-leves-en-k"].most == 9000
    assert [key for key, _ in questions["stade"].choices] == ["idee", "vente"]
    typed = make.answers_of_application(**{"stade": "vente", "votre-demo": "Une table."})
    draft = make.draft(call)
    sent = applications.submit(draft.id, typed, version=draft.sheet.version)
    assert sent.sheet.values["stade"] == "vente"


def test_a_question_is_asked_of_some_and_the_form_says_of_whom(client, case):
    base, call, token = case

    ask(client, base, token, "text", label_fr="Autorisation", required="y", max_chars="100",
        when="domain|in|e-sante")  # fmt: skip
    ask(client, base, token, "integer", label_fr="Effectif")
    ask(client, base, token, "text", label_fr="Syndicat", when="effectif|least", when_number="50")

    questions = form(call)
    assert questions["autorisation"].when == {"field": "domain", "in": ["e-sante"]}
    assert questions["syndicat"].when == {"field": "effectif", "least": 50}
    draft = make.draft(call)
    page = client.get(f"/fr/{call.series.slug}/applications/{draft.secret}").text
    said = page.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Seulement si « Domaine » est « E-santé »." in said
    assert "Seulement si « Effectif » est au moins 50." in said
    typed = make.answers_of_application(domain="smart-city")
    assert applications.submit(draft.id, typed, version=draft.sheet.version).number == 1
    again = client.get(f"{base}/questions/syndicat").text
    assert 'value="effectif|least" selected' in again.replace(
        "selected value", "value selected"
    ) or (re.search(r'<option selected value="effectif\|least">', again))
    assert 'value="50"' in again


def test_a_question_that_others_depend_on_stays_before_them(client, case):
    base, call, token = case
    ask(client, base, token, "text", label_fr="Autorisation", when="domain|in|e-sante")
    url = f"{base}/questions"

    def press(button):
        return client.post(
            url, data={"csrf_token": token, "version": version(client, url), "press": button}
        )

    assert press("remove-company").status_code == 409  # always
    assert press("remove-founded").status_code == 409  # the call's condition reads it
    assert press("remove-domain").status_code == 409  # another question reads it
    for _step in range(3):
        assert press("up-autorisation").status_code == 302
    refused = press("up-autorisation")
    assert refused.status_code == 409 and "une autre question dépend" in refused.text
    assert list(form(call))[5] == "autorisation"
    assert press("remove-siren").status_code == 302
    assert "siren" not in form(call)


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("text", {"label_fr": ""}, "Cette réponse est nécessaire."),
        ("choice", {"label_fr": "A", "choices": "Un"}, "Donnez au moins deux choix"),
        ("choice", {"label_fr": "A", "choices": "Un\nUn"}, "Deux choix ont le même nom."),
        ("integer", {"label_fr": "A", "least": "9", "most": "3"}, "Au moins 9."),
        ("text", {"label_fr": "A", "max_chars": "0"}, "Un nombre de 1 à 5000."),
        ("text", {"label_fr": "A", "when": "nobody|filled"}, "Choisissez dans la liste."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(client, case, kind, typed, said):
    base, call, token = case

    page = ask(client, base, token, kind, **typed)

    assert page.status_code == 422 and said in page.text.replace("\u00a0", " ")
    assert len(form(call)) == len(make.FORM)


def test_a_condition_reads_only_what_everybody_answers(client, case):
    base, call, token = case
    url = f"{base}/questions/founded"

    answer = client.post(
        url,
        data={
            "csrf_token": token,
            "version": version(client, url),
            "label_fr": "Année",
            "when": "",
        },
    )

    assert answer.status_code == 422 and "il la faut de tous" in answer.text
    assert form(call)["founded"].required


def test_a_draft_is_asked_the_new_questions_and_keeps_its_answers(client, case):
    base, call, token = case
    draft = make.draft(call)
    applications.save(draft.id, make.answers_of_application(company="Mistral"), version=1)

    ask(client, base, token, "choice", label_fr="Stade", choices="Idée\nVente", required="y")

    db.session.expire_all()
    page = client.get(f"/fr/{call.series.slug}/applications/{draft.secret}").text
    assert 'value="Mistral"' in page and "Stade" in page
    questions = {q.id for q in fields.read(draft.sheet.question_set.questions)}
    assert "stade" in questions


def test_a_renamed_choice_is_another_and_the_others_keep_their_answers(client, case):
    base, call, token = case
    ask(client, base, token, "choice", label_fr="Stade", choices="Idée\nVente")
    url = f"{base}/questions/stade"

    client.post(url, data={
        "csrf_token": token, "version": version(client, url), "when": "", "label_fr": "Étape",
        "choices": "Vente\nEssai\nIdée",
    })  # fmt: skip

    stage = form(call)["stade"]
    assert stage.label["fr"] == "Étape"
    assert [key for key, _ in stage.choices] == ["vente", "essai", "idee"]


@pytest.mark.parametrize("page", ["criteria", "questions"])
def test_the_page_asks_the_database_the_same_for_few_and_many(client, case, statements, page):
    base, call, token = case

    def counted():
        db.session.expire_all()
        statements.clear()
        assert client.get(f"{base}/{page}").status_code == 200
        return len(statements)

    few = counted()
    if page == "criteria":
        rows = [{"label_fr": f"C{n}", "weight": "5"} for n in range(20)]
        save(client, f"{base}/criteria", grid(rows), token)
    else:
        for n in range(20):
            ask(client, base, token, "text", label_fr=f"Q{n}")
    assert counted() == few <= 12


def test_the_second_editor_of_a_question_may_save_what_they_typed(client, case):
    base, call, token = case
    url = f"{base}/questions/siren"
    read = version(client, url)
    ask(client, base, token, "text", label_fr="Venue entre-temps")
    typed = {"csrf_token": token, "version": read, "when": "", "label_fr": "Votre SIREN"}

    page = client.post(url, data=typed)
    old = {"csrf_token": token, "version": read, "press": "remove-siren"}
    refused = client.post(f"{base}/questions", data=old)

    assert refused.status_code == 409 and "Venue entre-temps" in refused.text
    assert "Rien n’a été fait." in refused.text
    assert page.status_code == 409 and 'value="Votre SIREN"' in page.text
    assert "garde votre version" in page.text
    again = re.search(r'name="version" [^>]*value="([0-9a-f]{32})"', page.text)[1]
    assert client.post(url, data=typed | {"version": again}).status_code == 302
    assert form(call)["siren"].label["fr"] == "Votre SIREN"


def test_a_condition_on_a_number_needs_its_number(client, case):
    base, call, token = case
    ask(client, base, token, "integer", label_fr="Effectif")

    page = ask(client, base, token, "text", label_fr="Syndicat", when="effectif|least")

    assert page.status_code == 422 and 'id="when_number-e"' in page.text
    assert "syndicat" not in form(call)


def test_a_call_asks_for_a_day_and_a_consent_and_keeps_the_text_that_was_read(client, case):
    base, call, token = case
    refused = ask(client, base, token, "consent", label_fr="J’accepte.", required="y")
    assert (refused.status_code, "un consentement libre" in refused.text) == (422, True)
    assert ask(client, base, token, "date", label_fr="Levée de fonds").status_code == 302
    sent = {"label_fr": "Mon nom peut paraître.", "label_en": "My name may appear."}
    assert ask(client, base, token, "consent", **sent).status_code == 302
    day, consent = list(form(call))[-2:]
    draft = make.draft(call)
    page = f"/fr/{call.series.slug}/applications/{draft.secret}"
    text = client.get(page).text
    assert 'type="date"' in text and f'name="{consent}.text" value="1"' in text
    typed = make.answers_of_application() | {
        "version": "1", day: "31/02/2026", consent: "yes", f"{consent}.text": "1",
    }  # fmt: skip

    answer = client.post(f"{page}/answers", data=typed)
    assert (answer.status_code, "Écrivez une date" in answer.text) == (422, True)
    assert client.post(f"{page}/answers", data=typed | {day: "24/09/2026"}).status_code == 302
    assert f'name="{consent}" value="yes" checked' in client.get(page).text

    url = f"{base}/questions/{consent}"
    reworded = sent | {"label_fr": "Mon nom et mon logo peuvent paraître.", "when": ""}
    reworded |= {"csrf_token": token, "version": version(client, url)}
    assert client.post(url, data=reworded).status_code == 302
    typed |= {"version": "2", day: "2026-09-24"}
    answer = client.post(f"{page}/submission", data=typed)
    assert (answer.status_code, "Ce texte a changé" in answer.text) == (422, True)
    answer = client.post(f"{page}/submission", data=typed | {f"{consent}.text": "2"})
    assert answer.status_code == 302

    for where in (page, f"{base}/applications/{draft.id}"):
        shown = client.get(where).text.replace("\u00a0", " ")
        assert "24 septembre 2026" in shown and "oui</dd>" in shown
