"""The environment: what is missing or makes no sense stops the process, with the variable named."""

import pytest

from eventsapp import settings

PRODUCTION = {
    "EVENTSAPP_ENV": "production",
    "EVENTSAPP_SECRET_KEY": "s" * 40,
    "EVENTSAPP_BASE_URL": "https://example.org/",
    "EVENTSAPP_MAIL_URL": "smtp://mail.example.org:25",
    "EVENTSAPP_MAIL_FROM": "Billets <billets@example.org>",
    "EVENTSAPP_DATABASE_URL": "postgresql://db.example.org/tickets",
}


def read(tmp_path, **given):
    return settings.read({"EVENTSAPP_DATA_DIR": str(tmp_path / "data"), **given})


def test_nothing_set_is_a_demo_with_its_own_secret(tmp_path):
    made, again = read(tmp_path), read(tmp_path)

    assert (made.env, made.sandbox_stripe, made.payments_open) == ("demo", True, True)
    assert made.secret_key == again.secret_key and len(made.secret_key) >= 32
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("missing", settings.NEEDED_IN_PRODUCTION)
def test_production_does_not_start_without(tmp_path, missing):
    given = {"EVENTSAPP_DATA_DIR": str(tmp_path / "data"), **PRODUCTION}
    del given[missing]

    with pytest.raises(settings.SettingsError, match=missing):
        settings.read(given)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EVENTSAPP_BASE_URL", "http://example.org"),
        ("EVENTSAPP_MAIL_URL", "console:"),
        ("EVENTSAPP_MAIL_URL", "file:/var/mail"),
        ("EVENTSAPP_MAIL_URL", "memory:"),
        ("EVENTSAPP_MAIL_FROM", settings.Settings.mail_from),
        ("EVENTSAPP_MAIL_FROM", "Billets"),
        ("EVENTSAPP_DATA_DIR", "var"),
        ("EVENTSAPP_DATABASE_URL", "sqlite:///eventsapp.sqlite3"),
    ],
)
def test_production_refuses_what_only_a_demo_may_use(tmp_path, variable, value):
    with pytest.raises(settings.SettingsError, match=variable):
        read(tmp_path, **PRODUCTION | {variable: value})


def test_production_serves_sqlite_by_its_absolute_path(tmp_path):
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"

    assert read(tmp_path, **PRODUCTION | {"EVENTSAPP_DATABASE_URL": url}).database_url == url


def test_the_data_folder_is_closed_to_others_also_an_older_one(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)

    read(tmp_path)

    assert folder.stat().st_mode & 0o777 == 0o700


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


def test_a_server_on_every_interface_is_called_as_others_see_it(tmp_path, monkeypatch):
    for found, called in (("192.168.1.20", "http://192.168.1.20:8000"),
                          (None, "http://127.0.0.1:8000")):  # fmt: skip
        monkeypatch.setattr(settings, "network_address", lambda found=found: found)
        for host in settings.ANY_INTERFACE:
            made = read(tmp_path, HOST=host)
            assert (made.base_url, made.on_this_machine_only) == (called, found is None)
    assert read(tmp_path, HOST="::1", PORT="81").base_url == "http://[::1]:81"


def test_the_address_in_the_network_is_no_loopback():
    found = settings.network_address()

    assert found is None or not found.startswith("127.")


def test_the_domain_of_the_payment_pages_is_an_origin_and_nothing_more(tmp_path):
    own = "https://pay.example.org"
    assert read(tmp_path).payment_pages == (settings.STRIPE_CHECKOUT,)
    for given in (own, f"{own}/"):
        made = read(tmp_path, EVENTSAPP_STRIPE_CHECKOUT=given)
        assert made.payment_pages == (settings.STRIPE_CHECKOUT, own)
    for wrong in (
        "http://pay.example.org", f"{own}/c/pay", "pay.example.org", f"{own}; script-src *",
        "https://a@pay.example.org", "https://*.example.org",
    ):  # fmt: skip
        with pytest.raises(settings.SettingsError, match="EVENTSAPP_STRIPE_CHECKOUT"):
            read(tmp_path, EVENTSAPP_STRIPE_CHECKOUT=wrong)


def test_lines_of_the_log_are_plain_or_json(tmp_path):
    assert read(tmp_path).log == "plain" and read(tmp_path, EVENTSAPP_LOG="json").log == "json"
    with pytest.raises(settings.SettingsError, match="EVENTSAPP_LOG"):
        read(tmp_path, EVENTSAPP_LOG="xml")
