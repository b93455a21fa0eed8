"""Partners of a series: organisations invited into it, and who may propose its events."""

from dataclasses import dataclass

from sqlalchemy import select, update

from eventsapp.domain.accounts import invitations, inviting, organisations, people
from eventsapp.domain.accounts.errors import NameNeeded
from eventsapp.domain.accounts.inviting import Accepted
from eventsapp.domain.accounts.models import Invitation, Organisation, Role, RoleName
from eventsapp.domain.programme.errors import NotAPartner, PartnerKnown
from eventsapp.domain.programme.models import Partner, Series
from eventsapp.kernel import audit, clock, spelling
from eventsapp.kernel.db import db
from eventsapp.kernel.errors import NotFound
from eventsapp.kernel.transaction import lock, transaction

LIVING = Partner.ended_at.is_(None)


@dataclass(frozen=True)
class PartnerDraft:
    name: str
    url: str = ""
    level: str = ""


def partners_of(series_id: int) -> list[Partner]:
    """Those that are invited or have accepted, by name; those that were ended are not."""
    rows = db.session.scalars(select(Partner).where(Partner.series_id == series_id, LIVING))
    return sorted(rows, key=lambda one: spelling.fold(one.organisation.name))


def partner_of(series_id: int, partner_id: int) -> Partner:
    """Raises NotFound unless it is a partner of this series."""
    found = db.session.scalar(
        select(Partner).where(Partner.series_id == series_id, Partner.id == partner_id, LIVING)
    )
    if found is None:
        raise NotFound(what="partner", reference=partner_id)
    return found


def proposers(series: Series) -> list[Organisation]:
    """Who may propose an event: the series' own organisation, then its partners by name."""
    accepted = [one for one in partners_of(series.id) if one.accepted_at is not None]
    own = db.session.get_one(Organisation, series.organisation_id)
    return [own] + [one.organisation for one in accepted if one.organisation_id != own.id]


def refuse_foreign(series: Series, organisation_id: int) -> None:
    """Raises NotAPartner unless this organisation may propose an event of the series."""
    if organisation_id not in {one.id for one in proposers(series)}:
        raise NotAPartner


def invite(series_id: int, draft: PartnerDraft, email: str, *, locale: str, by_id: int) -> Partner:
    """Ask an organisation into a series, by a letter to somebody of it: both or nothing.

    An organisation that was a partner in another series of the same house is the same one.

    Raises:
        NameNeeded: no name.
        PartnerKnown: the series has it already.
        BadAddress, TooManyAttempts: as ``inviting.invite``.
    """
    name = spelling.line(draft.name)
    if not name:
        raise NameNeeded
    with transaction() as session:
        series = lock(Series, series_id)
        body = _known(series, name) or organisations.found(name, actor=f"account:{by_id}")
        row = session.scalar(
            select(Partner).where(
                Partner.series_id == series.id, Partner.organisation_id == body.id
            )
        )
        if row is not None and row.ended_at is None:
            raise PartnerKnown(name=body.name)
        if row is None:
            row = Partner(series_id=series.id, organisation_id=body.id, organisation=body)
            session.add(row)
        row.invited_at, row.accepted_at, row.ended_at = clock.now(), None, None
        row.contact = people.fold_email(email)
        _fill(row, draft)
        session.flush()
        _note("partner.invited", row, by_id)
        ask(row.id, email, locale=locale, by_id=by_id)
    return row


def ask(partner_id: int, email: str, *, locale: str, by_id: int) -> Invitation:
    """Ask one more person to edit the events of a partner.

    Raises:
        BadAddress, AlreadyInTeam, TooManyAttempts: as ``inviting.invite``.
    """
    row = db.session.get_one(Partner, partner_id)
    series = db.session.get_one(Series, row.series_id)
    return inviting.invite(
        email,
        "",
        RoleName.CONTRIBUTOR,
        organisation_id=row.organisation_id,
        series_id=series.id,
        desk_organisation_id=series.organisation_id,
        locale=locale,
        made_by_id=by_id,
    )


def change(partner_id: int, draft: PartnerDraft, *, by_id: int) -> None:
    """Another link or level; the public reads them with the next release. The name stays: it is
    the organisation's own."""
    with transaction():
        row = lock(Partner, partner_id)
        _fill(row, draft)
        _note("partner.changed", row, by_id)


def end(partner_id: int, *, by_id: int) -> None:
    """No more events of it in this series: its people's roles here and its invitations end. What
    it proposed stays under its name."""
    actor = f"account:{by_id}"
    with transaction() as session:
        row = lock(Partner, partner_id)
        row.ended_at = clock.now()
        own = session.get_one(Series, row.series_id).organisation_id
        if row.organisation_id != own:
            of_it = (Role.organisation_id == row.organisation_id, Role.series_id == row.series_id)
            for role_id in session.scalars(select(Role.id).where(*of_it)).all():
                people.take_role_back(role_id, actor=actor)
            asked = invitations.waiting(row.organisation_id, row.series_id)
            for one in asked:
                if one.organisation_id == row.organisation_id:
                    invitations.withdraw(one.id, actor=actor)
        _note("partner.ended", row, by_id)


def accept(secret: str, *, device: str, locale: str) -> Accepted:
    """Accept an invitation to a role; one of a partner makes it a partner.

    Raises:
        InvitationOver: as ``inviting.accept``.
    """
    with transaction() as session:
        accepted = inviting.accept(secret, device=device, locale=locale)
        asked = session.get_one(Invitation, accepted.invitation_id)
        session.execute(
            update(Partner)
            .where(
                Partner.series_id == asked.series_id,
                Partner.organisation_id == asked.organisation_id,
                Partner.accepted_at.is_(None),
                LIVING,
            )
            .values(accepted_at=clock.now())
        )
    return accepted


def _known(series: Series, name: str) -> Organisation | None:
    """A partner of that name in any series of the house. Others' organisations are not told."""
    rows = db.session.scalars(
        select(Organisation)
        .join(Partner, Partner.organisation_id == Organisation.id)
        .join(Series, Series.id == Partner.series_id)
        .where(Series.organisation_id == series.organisation_id)
        .order_by(Organisation.id)
    )
    wanted = spelling.fold(name)
    return next((one for one in rows if spelling.fold(one.name) == wanted), None)


def _fill(row: Partner, draft: PartnerDraft) -> None:
    row.url, row.level = draft.url, spelling.line(draft.level)[:60]


def _note(action: str, row: Partner, by_id: int) -> None:
    audit.note(
        action,
        f"organisation:{row.organisation_id}",
        actor=f"account:{by_id}",
        series_id=row.series_id,
    )
