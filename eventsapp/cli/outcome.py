"""What a command says when it cannot do what it was asked: a sentence, never a stack trace."""

import argparse
import sys
from collections.abc import Callable

from flask import Flask
from sqlalchemy.exc import DBAPIError

from eventsapp.kernel.errors import Refusal
from eventsapp.web import refusals


def carry_out(
    run: Callable[[Flask, argparse.Namespace], int], app: Flask, arguments: argparse.Namespace
) -> int:
    """Run a command; 1 when the rules or the database refuse it."""
    try:
        return run(app, arguments)
    except Refusal as refusal:
        print(f"eventsapp: {refusals.sentence(refusal)}", file=sys.stderr)
    except DBAPIError as error:
        first, *_more = str(error.orig).strip().splitlines() or [type(error).__name__]
        print(f"eventsapp: the database refused: {first}", file=sys.stderr)
        print(
            "`eventsapp doctor` says more; an old one wants `eventsapp db upgrade`", file=sys.stderr
        )
    return 1
