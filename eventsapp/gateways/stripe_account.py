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
        return _sandbox_account(config.data_dir, config.base_url, config.secret_key)
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
    return _sandbox(config.data_dir, config.base_url, config.secret_key)


@lru_cache(maxsize=8)
def _account(api_key: str, api_base: str, secrets: tuple[str, ...]) -> Stripe:
    return Stripe(api_key, api_base=api_base, webhook_secrets=secrets)


@lru_cache(maxsize=8)
def _sandbox(folder: Path, base_url: str, secret_key: str) -> SandboxStripe:
    return SandboxStripe(folder, base_url=base_url, webhook_secret=_webhook_secret(secret_key))


@lru_cache(maxsize=8)
def _sandbox_account(folder: Path, base_url: str, secret_key: str) -> Stripe:
    return Stripe(
        API_KEY,
        http_client=_sandbox(folder, base_url, secret_key).http_client(),
        webhook_secrets=(_webhook_secret(secret_key),),
    )


def _webhook_secret(secret_key: str) -> str:
    """The same in web and worker, without being stored."""
    return "whsec_" + hashlib.sha256(f"sandbox:{secret_key}".encode()).hexdigest()
