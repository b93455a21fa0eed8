"""Messages to people: whom, what, a look before sending, and what became of it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from eventsapp.domain.messages import campaigns as rules
from eventsapp.domain.messages import filling, queries, recipients, segments, writing
from eventsapp.domain.messages.errors import CampaignMalformed
from eventsapp.domain.messages.models import Audience, Campaign, CampaignState, Purpose
from eventsapp.domain.messages.recipients import RECIPIENTS
from eventsapp.domain.messages.writing import Written
from eventsapp.domain.programme.models import Series
from eventsapp.kernel import i18n, words
from eventsapp.kernel.errors import EditedMeanwhile, Refusal
from eventsapp.kernel.i18n import _, pick
from eventsapp.web import access, addresses, frame, lists, refusals
from eventsapp.web.forms import numbers
from eventsapp.web.organizer import desk
from eventsapp.web.organizer.messages import audiences
from eventsapp.web.organizer.messages.campaign_form import CampaignForm, Choices, typed_of

blueprint = Blueprint("organizer_campaigns", __name__)

RIGHT = "messages.send"
#: A page that waits for letters looks again after so many seconds.
REFRESH_S = 3


@blueprint.get("/organizer/<series>/campaigns")
@access.permission_required(RIGHT)
def campaigns(series: str) -> Any:
    shown = desk.series_for(series, RIGHT)
    rows = queries.campaigns(shown.id)
    names = _names(shown)
    return render_template(
        "organizer/messages/campaigns.html",
        series_row=shown,
        rows=rows,
        waiting=recipients.waiting_of([row.id for row in rows]),
        described={row.id: audiences.described(row, shown, names(row)) for row in rows},
        subject=_subject,
        failed_letters=access.may("messages.view", desk.place_of(shown)),
    )


@blueprint.route("/organizer/<series>/campaigns/new", methods=["GET", "POST"])
@access.permission_required(RIGHT)
def new(series: str) -> Any:
    """To whom first, then the words."""
    shown = desk.series_for(series, RIGHT)
    audience = _audience()
    if audience is None:
        said = [(one.value, words_of()) for one, words_of in audiences.AUDIENCES.items()]
        return render_template("organizer/messages/audience.html", series_row=shown, audiences=said)
    form = CampaignForm(audience=audience, choices=_choices(shown), data=_asked(audience))
    if form.validate_on_submit():
        try:
            made = rules.write(shown.id, form.draft(), actor=access.actor())
        except CampaignMalformed as refusal:
            form.tell(refusal)
        else:
            return redirect(_at(".show", shown, made.id))
    return _form_page(shown, form, None), 422 if form.is_submitted() else 200


@blueprint.get("/organizer/<series>/campaigns/<int:campaign_id>")
@access.permission_required(RIGHT)
def show(series: str, campaign_id: int) -> Any:
    shown, row = _own(series, campaign_id)
    return _draft_page(shown, row) if row.state is CampaignState.DRAFT else _sent_page(shown, row)


@blueprint.route("/organizer/<series>/campaigns/<int:campaign_id>/words", methods=["GET", "POST"])
@access.permission_required(RIGHT)
def edit(series: str, campaign_id: int) -> Any:
    shown, row = _own(series, campaign_id)
    if row.state is not CampaignState.DRAFT:
        return redirect(_at(".show", shown, campaign_id))
    form = CampaignForm(audience=row.audience, choices=_choices(shown), data=typed_of(row))
    refused = ""
    if form.validate_on_submit():
        try:
            rules.change(campaign_id, form.version_read, form.draft(), actor=access.actor())
        except CampaignMalformed as refusal:
            form.tell(refusal)
        except EditedMeanwhile as refusal:
            refused = refusals.sentence(refusal)
        else:
            return redirect(_at(".show", shown, campaign_id))
    status = 409 if refused else 422 if form.is_submitted() else 200
    return _form_page(shown, form, row, refused), status


@blueprint.post("/organizer/<series>/campaigns/<int:campaign_id>/trials")
@access.permission_required(RIGHT)
def try_on(series: str, campaign_id: int) -> Any:
    """To one's own address."""
    shown, row = _own(series, campaign_id)
    rules.try_on(row.id, access.signed_in_account().id)
    return redirect(_at(".show", shown, campaign_id, done="trial"))


@blueprint.post("/organizer/<series>/campaigns/<int:campaign_id>/sending")
@access.permission_required(RIGHT)
def send(series: str, campaign_id: int) -> Any:
    shown, row = _own(series, campaign_id)
    try:
        version = numbers.whole(request.form.get("version", "").strip() or "0")
    except ValueError:
        version = 0
    try:
        rules.send(row.id, version, actor=access.actor(), locale=i18n.locale())
    except Refusal as refusal:
        answer = refusals.answer(refusal)
        shown, row = _own(series, campaign_id)
        if row.state is CampaignState.DRAFT:
            return _draft_page(shown, row, answer.sentence), answer.status
        return _sent_page(shown, row, answer.sentence), answer.status
    return redirect(_at(".show", shown, campaign_id, done="campaign_sent"))


@blueprint.post("/organizer/<series>/campaigns/<int:campaign_id>/stop")
@access.permission_required(RIGHT)
def stop(series: str, campaign_id: int) -> Any:
    shown, row = _own(series, campaign_id)
    rules.stop(row.id, actor=access.actor())
    return redirect(_at(".show", shown, campaign_id, done="campaign_stopped"))


@blueprint.post("/organizer/<series>/campaigns/<int:campaign_id>/removal")
@access.permission_required(RIGHT)
def remove(series: str, campaign_id: int) -> Any:
    shown, row = _own(series, campaign_id)
    rules.remove(row.id, actor=access.actor())
    return redirect(url_for(".campaigns", series=series, done="campaign_gone"))


@blueprint.post("/organizer/<series>/campaigns/<int:campaign_id>/retries")
@access.permission_required(RIGHT)
def try_again(series: str, campaign_id: int) -> Any:
    shown, row = _own(series, campaign_id)
    rules.try_again(row.id, actor=access.actor())
    return redirect(_at(".show", shown, campaign_id, done="campaign_again"))


@blueprint.post("/organizer/<series>/campaigns/<int:campaign_id>/failures")
@access.permission_required(RIGHT)
def see_failures(series: str, campaign_id: int) -> Any:
    shown, row = _own(series, campaign_id)
    rules.see_failures(row.id, actor=access.actor())
    return redirect(_at(".show", shown, campaign_id, done="campaign_seen"))


@blueprint.get("/organizer/<series>/campaigns/<int:campaign_id>/recipients")
@access.permission_required(RIGHT)
def people(series: str, campaign_id: int) -> Any:
    """Addresses, for who may read buyers."""
    shown, row = _own(series, campaign_id)
    access.require(RECIPIENTS.permission, desk.place_of(shown))
    return render_template(
        "organizer/messages/recipients.html",
        series_row=shown,
        campaign=row,
        subject=_subject(row),
        found=lists.show(RECIPIENTS.listing(row.id), RECIPIENTS.titles(row.id)),
        states=state_words(),
        left_out=audiences.left_out_words(),
        kept_days=recipients.KEPT_FOR.days,
    )


def state_words() -> dict[str, tuple[str, str]]:
    """State of a recipient -> its word and tone."""
    return {
        "sent": (_("parti"), "is-good"),
        "waiting": (_("pas parti"), "is-soft"),
        "failed": (_("refusé"), "is-bad"),
        "left_out": (_("écarté"), "is-soft"),
    }


def _own(slug: str, campaign_id: int) -> tuple[Series, Campaign]:
    shown = desk.series_for(slug, RIGHT)
    return shown, rules.campaign_of(shown.id, campaign_id)


def _at(view: str, shown: Series, campaign_id: int, **more: Any) -> str:
    return url_for(view, series=shown.slug, campaign_id=campaign_id, **more)


def _audience() -> Audience | None:
    asked = request.args.get("to", "")
    return Audience(asked) if asked in list(Audience) else None


def _asked(audience: Audience) -> dict[str, Any]:
    """What the link that led here has chosen already."""
    event_id = request.args.get("event", "")
    return {"event_id": event_id, "purpose": Purpose.SERVICE.value}


def _subject(row: Campaign) -> str:
    return pick(row.subject_fr, row.subject_en)


def _choices(shown: Series) -> Choices:
    events = audiences.events(shown)
    titles = dict(events)
    tariffs = [
        (one.id, f"{titles[one.event_id]} : {label}" if one.event_id in titles else label)
        for one in queries.tariffs(shown.id)
        for label in (words.typo(pick(one.label_fr, one.label_en)),)
    ]
    calls = [
        (one.id, words.typo(pick(one.title_fr, one.title_en))) for one in queries.calls(shown.id)
    ]
    return Choices(events, tariffs, calls, segments.days(shown))


def _names(shown: Series) -> Callable[[Campaign], dict[str, str]]:
    """What narrows each campaign, by name; read once for a whole list."""
    choices = _choices(shown)
    known = {
        "event_id": dict(choices.events),
        "product_id": dict(choices.tariffs),
        "call_id": dict(choices.calls),
    }

    def of(row: Campaign) -> dict[str, str]:
        wanted = {name: getattr(row, name) for name in known}
        return {
            name: known[name].get(row_id, _("supprimé"))
            for name, row_id in wanted.items()
            if row_id is not None
        }

    return of


def _form_page(shown: Series, form: CampaignForm, row: Campaign | None, refused: str = "") -> str:
    return render_template(
        "organizer/messages/campaign_form.html",
        series_row=shown,
        form=form,
        campaign=row,
        refused=refused,
        audience=audiences.AUDIENCES[form.audience](),
        purposes=audiences.purpose_words(),
        marks=list(
            zip(writing.OFFERED["fr"], writing.OFFERED["en"], audiences.meanings(), strict=True)
        ),
    )


def _draft_page(shown: Series, row: Campaign, refused: str = "") -> str:
    sender = filling.sender_of(shown.id)
    somebody = filling.somebody(row, sender)
    return render_template(
        "organizer/messages/draft.html",
        series_row=shown,
        campaign=row,
        subject=_subject(row),
        refused=refused,
        described=audiences.described(row, shown, _names(shown)(row)),
        counted=rules.count(row),
        left_out=audiences.left_out_words(),
        purpose=audiences.purpose_words()[row.purpose],
        somebody=somebody,
        addresses=access.may("orders.view", desk.place_of(shown)),
        previews=_previews(row, sender, somebody),
        sender=sender,
        own_address=access.signed_in_account().email,
    )


def _previews(
    row: Campaign, sender: filling.Sender, somebody: segments.Person | None
) -> list[tuple[str, Written, Any]]:
    """(language, message, foot) in each language that is written, to somebody real. Their own link
    is theirs: here it leads to the public page."""
    reader = somebody or segments.Person(0, "", "fr", "")
    found = []
    for lang, subject in (("fr", row.subject_fr), ("en", row.subject_en)):
        if not subject:
            continue
        with i18n.use_locale(lang):
            public = addresses.absolute(frame.site_url(sender.series))
            written = filling.written_for(row, sender, reader, link=public)
            found.append((lang, written, filling.foot_of(row, sender, leaving=public)))
    return found


def _sent_page(shown: Series, row: Campaign, refused: str = "") -> str:
    report = recipients.report(row)
    running = row.state is CampaignState.SENDING and bool(report.waiting or row.gathered_at is None)
    unseen = {one.id for one in recipients.unseen_failures(shown.id)}
    return render_template(
        "organizer/messages/sent.html",
        series_row=shown,
        campaign=row,
        subject=_subject(row),
        refused=refused,
        described=audiences.described(row, shown, _names(shown)(row)),
        report=report,
        running=running,
        share=round(100 * (report.whole - report.waiting) / report.whole) if report.whole else 0,
        refresh=REFRESH_S if running else 0,
        left_out=audiences.left_out_words(),
        unseen=row.id in unseen,
        addresses=access.may("orders.view", desk.place_of(shown)),
        texts=[
            (lang, subject, body)
            for lang, subject, body in (
                ("fr", row.subject_fr, row.body_fr),
                ("en", row.subject_en, row.body_en),
            )
            if subject
        ],
    )
