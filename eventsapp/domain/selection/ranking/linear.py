"""Small symmetric positive definite systems, by Cholesky factors, on plain lists."""

from math import sqrt

Matrix = list[list[float]]


def cholesky(matrix: Matrix) -> Matrix:
    """Return the lower triangular L with L L' = matrix.

    Raises:
        ValueError: the matrix is not positive definite.
    """
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        row = lower[i]
        for j in range(i):
            other = lower[j]
            row[j] = (
                matrix[i][j] - sum(a * b for a, b in zip(row[:j], other, strict=False))
            ) / other[j]
        pivot = matrix[i][i] - sum(a * a for a in row[:i])
        if pivot <= 0:
            raise ValueError("the matrix is not positive definite")
        row[i] = sqrt(pivot)
    return lower


def forward(lower: Matrix, right: list[float]) -> list[float]:
    """Solve L x = right."""
    found: list[float] = []
    for i, row in enumerate(lower):
        found.append((right[i] - sum(a * b for a, b in zip(row, found, strict=False))) / row[i])
    return found


def back(upper: Matrix, right: list[float]) -> list[float]:
    """Solve U x = right, where U is the transpose of a factor."""
    size = len(right)
    found = [0.0] * size
    for i in range(size - 1, -1, -1):
        row = upper[i]
        value = right[i]
        for j in range(i + 1, size):
            value -= row[j] * found[j]
        found[i] = value / row[i]
    return found


def solve(lower: Matrix, right: list[float]) -> list[float]:
    """Solve (L L') x = right."""
    return back([list(column) for column in zip(*lower, strict=True)], forward(lower, right))


def inverse(lower: Matrix) -> Matrix:
    """Return the inverse of L L'."""
    size = len(lower)
    # columns of the inverse of L; (L L')^-1 = (L^-1)' L^-1
    columns: Matrix = []
    for k in range(size):
        column = [0.0] * size
        column[k] = 1 / lower[k][k]
        for i in range(k + 1, size):
            row = lower[i]
            column[i] = -sum(a * b for a, b in zip(row[k:i], column[k:i], strict=True)) / row[i]
        columns.append(column)
    result = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            # column i of L^-1 is zero above row i, so the sum starts there
            value = sum(a * b for a, b in zip(columns[i][i:], columns[j][i:], strict=True))
            result[i][j] = result[j][i] = value
    return result
