"""A small Stripe for the demo and the tests. No money moves; production never mounts it.

It speaks the HTTP subset of the real API that ``gateways.stripe`` uses, so that the same library
and the same code run against it. Start with ``sandbox.SandboxStripe``.
"""
