"""Input at the door and around it: texts into types and limits, no database."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from eventsapp.kernel.i18n import _
from eventsapp.web.forms.spoken import SpokenForm

LONGEST_TOKEN = 400
LARGEST_BATCH = 5000

# A phone that lost its clock begins in 1970. Years before that leave the calendar in some zones.
ScannedAt = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC))]


class ScanInput(BaseModel):
    """One scan of a phone. ``local_verdict``: what a phone without network had decided."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)

    uuid: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")
    token: str = Field(max_length=LONGEST_TOKEN)
    kind: str = Field(default="entry", pattern="^(entry|exit)$")
    scanned_at: ScannedAt | None = None
    seq: int | None = Field(default=None, ge=1, le=2**40)
    local_verdict: str = Field(default="accepted", pattern="^(accepted|refused)$")
    local_reason: str | None = Field(default=None, pattern="^[a-z_]{1,20}$")


class KeptScanInput(ScanInput):
    """A scan of a batch: a phone whose page is newer than the server may say more, and passes.

    ``rehearsal``: what the phone took it for; the rehearsal may be over when it arrives.
    """

    model_config = ConfigDict(extra="ignore")

    rehearsal: bool | None = None


class AnnulmentInput(BaseModel):
    model_config = ConfigDict(extra="forbid")

    uuid: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")
    scan: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")


class HandoverInput(BaseModel):
    """What a phone that leaves the door still holds."""

    model_config = ConfigDict(extra="forbid")

    left: int = Field(ge=0, le=1_000_000)


class GateForm(SpokenForm):
    """A new gate: its name and the events whose tickets it takes."""

    class Meta:
        csrf = False  # web/access.py asks for the session's token on every desk page

    name = StringField(validators=[DataRequired(), Length(max=60)])
    events = SelectMultipleField(
        coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    rehearsal = BooleanField()

    def __init__(self, choices: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.events.choices = choices
        self.name.label.text = _("Nom de la porte")
        self.events.label.text = _("Événements contrôlés")
        self.rehearsal.label.text = _("Commencer en répétition")


class PairingForm(SpokenForm):
    """What the phone is called in the list of the organizer."""

    class Meta:
        csrf = False  # no session on this phone: Origin and the one-time code guard it

    name = StringField(validators=[Length(max=40)])
