"""Names in bylines."""

import pytest

from publisher.body.bylines import authors


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ana Ruiz", ["Ana Ruiz"]),
        ("Ana Ruiz and Ida Holm", ["Ana Ruiz", "Ida Holm"]),
        ("Ana Ruiz, Ida Holm and Jan van der Berg", ["Ana Ruiz", "Ida Holm", "Jan van der Berg"]),
        ("Ana Ruiz, Ida Holm, and Tess Alder", ["Ana Ruiz", "Ida Holm", "Tess Alder"]),
        ("Ana Ruiz, science reporter", ["Ana Ruiz"]),
        ("Ana Ruiz, Madrid", ["Ana Ruiz"]),
        ("Ines", ["Ines"]),
        (None, []),
        ("Ana Ramón y Cajal", ["Ana Ramón y Cajal"]),
        ("Anna Weiß und Karl Roth", ["Anna Weiß", "Karl Roth"]),
        ("علي رحماني", ["علي رحماني"]),
        ("the staff of this paper", ["the staff of this paper"]),
        ("our reporters, in Port Alder", ["our reporters, in Port Alder"]),
    ],
)
def test_each_author_is_named_alone(byline: str | None, names: list[str]) -> None:
    assert authors(byline) == names
