"""What a password may be: hard to guess, and the same at the next sign-in."""

import re
import subprocess
import sys
import unicodedata

import pytest

from eventsapp.domain.accounts import passwords
from eventsapp.domain.accounts.errors import GuessablePassword, LongPassword, WeakPassword

ADA = {"email": "ada.byron@example.org", "name": "Ada Byron"}


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "qwertyuiopasdf", "azertyuiopqsdf", "aaaaaaaaaaaaaaaa", "123456789012",
        "abcabcabcabc", "adabyronadabyron", "ada.byron@example.org", "soleilsoleil",
    ],
)  # fmt: skip
def test_what_is_guessed_early_is_refused(password):
    with pytest.raises(GuessablePassword):
        passwords.check(password, **ADA)


@pytest.mark.parametrize("password", ["demo-french-tech-weeks", "quatre mots sans rapport"])
def test_what_is_not_is_taken(password):
    passwords.check(password, **ADA)


def test_its_length_is_bounded_on_both_sides():
    with pytest.raises(WeakPassword) as short:
        passwords.check("Xk4-Gh8_qPz", **ADA)
    with pytest.raises(LongPassword) as long:
        passwords.check("Xk4-Gh8_qPz vR2" * 67, **ADA)

    assert (short.value.facts, long.value.facts) == ({"least": 12}, {"most": 1000})


@pytest.mark.parametrize("length", [12, 72, 73, 500, 999, 1000])
def test_what_is_accepted_works_whole(length):
    password = ("Xk4-Gh8_qPzé 鉄😀vR2m" * 60)[:length]
    passwords.check(password, **ADA)
    kept = passwords.hashed(password)

    assert passwords.verified(kept, password)
    assert not passwords.verified(kept, password[:-1])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_phone_and_a_laptop_may_spell_its_accents_differently(form):
    kept = passwords.hashed(unicodedata.normalize("NFD", "Phrase à retenir, déjà longue"))

    assert passwords.verified(kept, unicodedata.normalize(form, "Phrase à retenir, déjà longue"))


def test_one_that_was_kept_as_it_was_typed_still_opens():
    apart = unicodedata.normalize("NFD", "Phrase à retenir, déjà longue")
    kept = passwords._hasher.hash(apart)

    assert passwords.verified(kept, apart)


def test_an_unknown_account_costs_the_work_of_a_known_one():
    """Argon2's work is in the parameters that the hash names."""

    def work(hashed: str) -> str:
        return re.match(r"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$", hashed)[0]

    assert work(passwords.NOBODY) == work(passwords.hashed("correct horse battery"))
    assert not passwords.verified(None, "")


def test_the_lists_of_common_passwords_are_loaded_when_one_is_set_and_not_before():
    asked = "import sys, eventsapp.app; print('zxcvbn' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)

    assert answer.stdout.strip() == "False"


def test_what_is_longer_than_any_password_is_none():
    assert not passwords.verified(passwords.hashed("une phrase assez longue"), "x" * 1001)


def test_half_a_sign_is_hashed_like_any_other():
    half = "une phrase assez longue \ud83d"

    assert passwords.verified(passwords.hashed(half), half)


def test_the_parts_of_a_name_and_of_an_address_are_guessed_first():
    with pytest.raises(GuessablePassword):
        passwords.check(
            "zelieabelloni", email="z.abelloni@medinsoft.example", name="Zelie_Abelloni"
        )
