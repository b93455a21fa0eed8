"""The worker's clockwork: each command in its turn, whatever becomes of the others."""

from eventsapp.cli import worker


def test_a_command_that_fails_holds_up_no_other_and_is_called_again(app, monkeypatch, caplog):
    called = []

    def broken():
        called.append("broken")
        raise ZeroDivisionError

    def sound():
        called.append("sound")

    monkeypatch.setattr(worker, "PERIODIC", [(0, broken), (3600, sound)])
    due = [0.0, 0.0]
    worker.run_periodic(due)
    worker.run_periodic(due)

    assert called == ["broken", "sound", "broken"]
    assert [record.getMessage() for record in caplog.records] == [
        "broken failed; it comes again in 0 s"
    ] * 2
