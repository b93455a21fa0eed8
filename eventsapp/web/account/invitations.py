"""An invitation to a role: what is proposed, and the one button that accepts it."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from eventsapp.domain.accounts import inviting, words
from eventsapp.domain.programme import partners, queries
from eventsapp.web.account import sign_in

blueprint = Blueprint("account_invitations", __name__)


@blueprint.get("/<lang>/invitations/<secret>")
def show(lang: str, secret: str) -> Any:
    """The button accepts, and not the visit: mail scanners follow links too."""
    row = inviting.living(secret)
    return render_template(
        "account/invitation.html",
        row=row,
        place=queries.place_name(row.organisation_id, row.series_id, row.event_id),
        role=words.name(row.role),
        gives=words.gives(row.role, one_event=row.event_id is not None),
        zone=queries.zone_of(row.series_id or row.desk_series_id),
    )


@blueprint.post("/<lang>/invitations/<secret>")
def accept(lang: str, secret: str) -> Any:
    """Give the role and sign in; whoever has a newer password is asked for it."""
    accepted = partners.accept(secret, device=sign_in.own_device(), locale=lang)
    if accepted.session is None:
        return redirect(url_for("account.sign_in", lang=lang, next="/account/"))
    return sign_in.welcome(accepted.session, None)
