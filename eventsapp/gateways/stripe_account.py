"""The Stripe account of this process: the real one, or the demo's sandbox."""

import hashlib
from functools import lru_cache
from pathlib import Path

from eventsapp import settings
from eventsapp.gateways.stripe import DEFAULT_API_BASE, Stripe
from eventsapp.gateways.stripe_sandbox.sandbox import API_KEY, SandboxStripe


def stripe_account() -> Stripe:
    """The account that the settings name; kept for the life of the process."""
    config = settings.current()
    if config.sandbox_stripe:
        return _sandbox(config.data_dir, config.base_url, config.secret_key)[1]
    return _account(
        config.stripe_api_key,
        config.stripe_api_base or DEFAULT_API_BASE,
        config.stripe_webhook_secrets,
    )


def sandbox() -> SandboxStripe:
    """The sandbox of the demo and of the tests. Never asked for in production."""
    config = settings.current()
    if not config.sandbox_stripe:
        raise RuntimeError("no sandbox beside a real Stripe account")
    return _sandbox(config.data_dir, config.base_url, config.secret_key)[0]


@lru_cache(maxsize=8)
def _account(api_key: str, api_base: str, secrets: tuple[str, ...]) -> Stripe:
    return Stripe(api_key, api_base=api_base, webhook_secrets=secrets)


@lru_cache(maxsize=8)
def _sandbox(folder: Path, base_url: str, secret_key: str) -> tuple[SandboxStripe, Stripe]:
    """The sandbox and our account there, remembered and forgotten together: an account that
    outlives its sandbox would speak to another one."""
    secret = _webhook_secret(secret_key)
    made = SandboxStripe(folder, base_url=base_url, webhook_secret=secret)
    return made, Stripe(API_KEY, http_client=made.http_client(), webhook_secrets=(secret,))


def _webhook_secret(secret_key: str) -> str:
    """The same in web and worker, without being stored."""
    return "whsec_" + hashlib.sha256(f"sandbox:{secret_key}".encode()).hexdigest()
