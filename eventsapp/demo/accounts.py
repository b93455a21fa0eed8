"""The demo's sign-ins: one person or more for each role, with a password that is printed."""

from typing import Any

from eventsapp.demo.story import Story

PASSWORD = "demo-french-tech-weeks"  # noqa: S105 - printed on purpose, refused in production

# role -> (address, name). Jurors come with the jury (demo/selection.py), same password.
PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("owner", "proprietaire@demo.example", "Camille Rostand"),
    ("organizer", "organisation@demo.example", "Noé Sauvaire"),
    ("contributor", "contributeur@demo.example", "Awa Diagne"),
    ("door", "porte@demo.example", "Lina Berre"),
    ("accountant", "comptable@demo.example", "Paul Istre"),
)
JURORS: tuple[tuple[str, str], ...] = (
    ("juror", "josephine.pecoulet@jury.example"),  # JUR-09, twelve reviews left
    ("juror", "julie.marquet@jury.example"),  # newly invited: declares conflicts first
    ("juror", "cyril.n-guyen-rostan@jury.example"),  # all thirty done
)


def listing() -> list[dict[str, Any]]:
    """What ``demo accounts --json`` prints."""
    people = [(role, email) for role, email, _name in PEOPLE] + list(JURORS)
    return [{"role": role, "email": email, "password": PASSWORD} for role, email in people]


def load(story: Story) -> None:
    """Filled when the programme's organisations exist (they come first)."""
