"""An application taken back, and the place that it held."""

from eventsapp.domain.selection.calls.applications import APPLICANT
from eventsapp.domain.selection.calls.errors import ApplicationClosed
from eventsapp.domain.selection.calls.models import Application, ApplicationState, Call
from eventsapp.domain.selection.decisions import offers
from eventsapp.kernel import audit, clock
from eventsapp.kernel.transaction import lock, transaction


def withdraw(application_id: int, *, actor: str = APPLICANT) -> None:
    """Take a submitted application back. A place it holds goes to the reserve.

    Raises:
        ApplicationClosed: it was never submitted, or is withdrawn already.
    """
    now = clock.now()
    with transaction() as session:
        call = lock(Call, session.get_one(Application, application_id).call_id)
        application = lock(Application, application_id)
        if application.state is not ApplicationState.SUBMITTED:
            raise ApplicationClosed(state=application.state.value)
        application.state = ApplicationState.WITHDRAWN
        application.withdrawn_at = now
        audit.note(
            "application.withdrawn",
            f"application:{application.id}",
            actor=actor,
            series_id=call.series_id,
        )
        session.flush()
        offers.let_go(call, application.id)
