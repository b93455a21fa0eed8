"""The child process of ``paper``: one document in on standard input, one PDF out, then the end."""

import json
import sys

from eventsapp.gateways.paper import compile_here


def main() -> None:
    order = json.load(sys.stdin.buffer)
    pdf = compile_here(order["template"], order["data"], tagged=order["tagged"])
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
