"""Covers: the same for ever, small, and nothing in them but geometry."""

import re

import pytest

from eventsapp.domain.programme.covers import INKS, SHAPES, CoverSubject, cover, drawing

EVERY = [(kind, variant) for kind in SHAPES for variant in (0, 1)]


@pytest.mark.parametrize(("kind", "variant"), EVERY)
def test_the_same_subject_gives_the_same_drawing(kind, variant):
    one = CoverSubject("ftw15-07", kind, "e-sante", variant)

    assert cover(one) == cover(CoverSubject("ftw15-07", kind, "e-sante", variant))


@pytest.mark.parametrize("kind", SHAPES)
def test_two_variants_of_one_kind_and_domain_differ(kind):
    first, second = (drawing(CoverSubject("one", kind, "smart-city", v)) for v in (0, 1))

    assert first != second


@pytest.mark.parametrize(("kind", "variant"), EVERY)
def test_a_cover_is_small_geometry_without_style_or_script(kind, variant):
    drawn = cover(CoverSubject("x", kind, next(iter(INKS)), variant))

    assert len(drawn) < 4000
    assert set(re.findall(r"<(\w+)", drawn)) <= {"svg", "path", "circle"}
    assert not re.search(r"style|script|\bon\w+=|\bid=", drawn)


def test_a_label_is_escaped():
    drawn = cover(CoverSubject("x", "salon", ""), label='<script>"')

    assert 'aria-label="&lt;script&gt;&quot;"' in drawn


def test_unknown_kinds_and_domains_are_drawn_too():
    assert "<path" in cover(CoverSubject("x", "séminaire", "inconnu"))
