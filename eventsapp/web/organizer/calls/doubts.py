"""The doubts about a ranking, with the names that the pages show."""

from collections.abc import Iterable
from dataclasses import dataclass

from eventsapp.domain.selection.calls import queries as calls_queries
from eventsapp.domain.selection.calls.models import Call
from eventsapp.domain.selection.jury import queries as jury_queries
from eventsapp.domain.selection.ranking import doubts, ranking, table


@dataclass(frozen=True)
class Shown:
    """``companies`` lacks those that the reader has a conflict with: they are counted only."""

    about: doubts.Doubts
    companies: dict[int, str]
    jurors: dict[int, str]

    def shown(self, keys: Iterable[int]) -> list[int]:
        return [key for key in keys if key in self.companies]


def named(call: Call, case: ranking.Case, ranked: table.Table, hidden: set[int]) -> Shown:
    """Two statements for the names, however many there are."""
    about = doubts.of(call, case, ranked)
    keys = {*about.unread, *about.short, *about.apart, *(key for _, key in about.joins)} - hidden
    jurors = {juror for group in about.groups for juror in group}
    return Shown(
        about, calls_queries.companies_of(keys), jury_queries.juror_names(jurors) if jurors else {}
    )
