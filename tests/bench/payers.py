"""People who ask for a page of payment, in a process of their own: beside the load generator they
would take its turns, and what waited for Python would look like what waited for the house.

    python -m tests.bench.payers ADDRESS KEY      until it is ended
"""

import asyncio
import sys

from tests.bench import target
from tests.bench.loadgen import Client, drive

PEOPLE, APART = 20, 0.4


def main(address: str, key: str) -> None:
    """Twenty within eight seconds, and twenty more when those were answered: never all in the same
    instant, which would measure twenty orders."""
    paying = target.api_order(key, payment="stripe")

    async def one_after_another(client: Client, person: int, number: int) -> str:
        await asyncio.sleep(person * APART)
        return await paying(client, person, number)

    while True:
        asyncio.run(drive(one_after_another, address, concurrency=PEOPLE, count=PEOPLE))


if __name__ == "__main__":
    main(*sys.argv[1:])
