"""What the door says no to (a refused ticket is no refusal: it is a verdict)."""

from eventsapp.kernel.errors import Refusal


class UnknownGate(Refusal):
    """Facts: ``gate`` as it was asked for."""

    code = "unknown_gate"


class GateHeld(Refusal):
    """Entries are stopped at every gate for now. Facts: ``gate``."""

    code = "gate_held"


class GateNameTaken(Refusal):
    """Facts: ``name``."""

    code = "gate_name_taken"


class NoEventAtGate(Refusal):
    """A gate takes the tickets of at least one event. No facts."""

    code = "no_event_at_gate"


class PairingCodeUsed(Refusal):
    """Used already, or older than ten minutes. No facts."""

    code = "pairing_code_used"


class DeviceRevoked(Refusal):
    """The phone is not paired (any more). No facts."""

    code = "device_revoked"


class NotPaired(DeviceRevoked):
    """The phone names itself no more: its browser has lost the cookie. It may still hold scans,
    which nobody has told it to forget. No facts."""

    code = "not_paired"


class DeviceHandingOver(Refusal):
    """The phone was asked to hand over what it holds, and scans no more. No facts."""

    code = "device_handing_over"


class DeviceHoldsScans(Refusal):
    """The phone holds scans that would be lost with it. Facts: ``name``, ``queued``."""

    code = "device_holds_scans"


class NothingToUndo(Refusal):
    """Not this phone's, too long ago, or undone already. No facts."""

    code = "nothing_to_undo"


class NotInRehearsal(Refusal):
    """Only a rehearsal can be cleared; what happened on the night stays. Facts: ``gate``."""

    code = "not_in_rehearsal"


class ScanUuidTaken(Refusal):
    """The uuid names a scan of another series. Facts: ``uuid``."""

    code = "scan_uuid_taken"
