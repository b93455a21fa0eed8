"""The environment: what is missing or makes no sense stops the process, with the variable named."""

import pytest

from eventsapp import settings

PRODUCTION = {
    "EVENTSAPP_ENV": "production",
    "EVENTSAPP_SECRET_KEY": "s" * 40,
    "EVENTSAPP_BASE_URL": "https://example.org/",
    "EVENTSAPP_MAIL_URL": "smtp://mail.example.org:25",
}


def read(tmp_path, **given):
    return settings.read({"EVENTSAPP_DATA_DIR": str(tmp_path / "data"), **given})


def test_nothing_set_is_a_demo_with_its_own_secret(tmp_path):
    made, again = read(tmp_path), read(tmp_path)

    assert (made.env, made.sandbox_stripe, made.payments_open) == ("demo", True, True)
    assert made.secret_key == again.secret_key and len(made.secret_key) >= 32
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("missing", list(PRODUCTION)[1:])
def test_production_does_not_start_without(tmp_path, missing):
    given = {name: value for name, value in PRODUCTION.items() if name != missing}

    with pytest.raises(settings.SettingsError, match=missing):
        read(tmp_path, **given)


def test_production_without_a_stripe_key_has_no_sandbox_and_no_payments(tmp_path):
    made = read(tmp_path, **PRODUCTION)

    assert (made.sandbox_stripe, made.payments_open) == (False, False)
    assert made.base_url == "https://example.org"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EVENTSAPP_ENV", "prod"),
        ("EVENTSAPP_BASE_URL", "example.org"),
        ("EVENTSAPP_BASE_URL", "ftp://example.org"),
        ("EVENTSAPP_BASE_URL", "http://[bad"),
        ("EVENTSAPP_STRIPE_API_BASE", "localhost:1"),
        ("EVENTSAPP_MAIL_URL", "nonsense"),
        ("EVENTSAPP_MAIL_URL", "smtp://"),
        ("EVENTSAPP_MAIL_URL", "file:"),
        ("EVENTSAPP_DATABASE_URL", "nonsense"),
        ("EVENTSAPP_DATABASE_URL", "mysql://root:geheim@localhost/x"),
        ("EVENTSAPP_DATA_DIR", "/dev/null"),
        ("EVENTSAPP_TRUSTED_PROXIES", "one"),
        ("EVENTSAPP_TRUSTED_PROXIES", "-1"),
        ("EVENTSAPP_TRUSTED_PROXIES", "²"),
    ],
)
def test_a_malformed_value_names_its_variable_and_no_secret(tmp_path, variable, value):
    with pytest.raises(settings.SettingsError, match=variable) as error:
        read(tmp_path, **{variable: value})

    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_the_spellings_of_hosting_services_are_understood(tmp_path, prefix):
    made = read(tmp_path, EVENTSAPP_DATABASE_URL=f"{prefix}db.example.org/tickets")

    assert made.database_url == "postgresql+psycopg://db.example.org/tickets"
