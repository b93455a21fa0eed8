"""How many guesses a password withstands, by zxcvbn and the lists of common ones that it ships."""

import importlib
from collections.abc import Iterable

# What it reads beyond says nothing new, and its time grows with the square of the length.
READ = 72
#: 3 of 0 to 4: more than 10^8 guesses, safe from whoever steals the hashes of the whole house.
SAFE = 3
# Its keyboards and lists are of people who write English.
FRENCH = ("azertyuiop", "qsdfghjklm", "wxcvbn", "motdepasse", "bienvenue", "bonjour", "soleil")


def safe(password: str, personal: Iterable[str]) -> bool:
    """Whether a password is hard to guess.

    Args:
        personal: what is known of the person; such words are guessed first.
    """
    # Loaded when somebody sets a password, not at the start: its lists take 14 MB and 40 ms, and
    # most processes never set one.
    judge = importlib.import_module("zxcvbn").zxcvbn
    own = [word[:READ] for word in personal if word]
    found = judge(password[:READ], user_inputs=[*own, *FRENCH])
    return bool(found["score"] >= SAFE)
