import pytest

from consent.choice.gpc import signalled


@pytest.mark.parametrize("header", ["1", "1, 1", "0, 1", " 1 "])
def test_an_exact_1_is_the_signal(header: str) -> None:
    assert signalled(header)


@pytest.mark.parametrize("header", [None, "", "0", "true", "yes", "11", "1;q=1", '"1"', "1.0"])
def test_every_other_value_means_nothing(header: str | None) -> None:
    assert not signalled(header)
