"""What the programme refuses."""

from eventsapp.kernel.errors import Refusal


class NothingToRelease(Refusal):
    """The draft is what the public reads already. Facts: ``series`` (slug)."""

    code = "nothing_to_release"


class SlugTaken(Refusal):
    """Another one in the series has this name in its address. Facts: ``what``, ``slug``."""

    code = "slug_taken"


class StillUsed(Refusal):
    """A venue or room cannot go while events use it. Facts: ``what``, ``events`` (count)."""

    code = "still_used"


class ConflictsStand(Refusal):
    """Blocking problems are left, or a waiver has no reason. Facts: ``codes`` (list)."""

    code = "conflicts_stand"


class SomebodyTouched(Refusal):
    """Tickets or sessions would be touched unseen. Facts: ``holders``, ``talks`` (counts)."""

    code = "somebody_touched"


class SlotSold(Refusal):
    """A slot that people hold tickets for stays. Facts: ``starts_at``, ``holders`` (count)."""

    code = "slot_sold"


class SlotNotChosen(Refusal):
    """Its tickets are for the whole event: one visit alone cannot be closed. No facts."""

    code = "slot_not_chosen"


class BatchMalformed(Refusal):
    """What was asked for makes no visits. Facts: ``field``."""

    code = "batch_malformed"


class TooManySlots(Refusal):
    """Facts: ``wanted``, ``most``."""

    code = "too_many_slots"


class ZoneChanges(Refusal):
    """Another zone moves every instant, and was not shown. Facts: ``before``, ``after``, ``slots``
    (count)."""

    code = "zone_changes"


class NotAPartner(Refusal):
    """An event is proposed by the series' own organisation or a partner that accepted. No facts."""

    code = "not_a_partner"


class PartnerKnown(Refusal):
    """The series has a partner of this name. Facts: ``name``."""

    code = "partner_known"


class PictureUndescribed(Refusal):
    """A picture is described in both languages. No facts."""

    code = "picture_undescribed"


class PictureUnreadable(Refusal):
    """No JPEG, PNG or WebP, whatever its name says, or a broken one. No facts."""

    code = "picture_unreadable"


class PictureSize(Refusal):
    """Facts: ``most`` (million pixels), ``least`` (pixels on the short side)."""

    code = "picture_size"
