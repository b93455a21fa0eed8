"""Cholesky factors on lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.domain.selection.ranking import linear


@given(st.lists(st.floats(-3, 3), min_size=16, max_size=16))
def test_the_inverse_times_the_matrix_is_one(values):
    half = [values[i * 4 : i * 4 + 4] for i in range(4)]
    matrix = [
        [sum(a * b for a, b in zip(x, y, strict=True)) + (i == j) for j, y in enumerate(half)]
        for i, x in enumerate(half)
    ]

    factor = linear.cholesky(matrix)
    inverse = linear.inverse(factor)

    for i in range(4):
        product = [sum(matrix[i][k] * inverse[k][j] for k in range(4)) for j in range(4)]
        assert product == pytest.approx([float(i == j) for j in range(4)], abs=1e-6)
        solved = linear.solve(factor, [float(i == j) for j in range(4)])
        assert solved == pytest.approx([inverse[j][i] for j in range(4)], abs=1e-6)


def test_a_matrix_that_is_not_positive_definite_is_refused():
    with pytest.raises(ValueError, match="positive definite"):
        linear.cholesky([[1.0, 2.0], [2.0, 1.0]])
