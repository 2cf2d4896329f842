from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.money import allocate, prorate, round_half_up

weights_by_key = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(-1000, 1000), max_size=8)
ratios = st.fractions(min_value=-3, max_value=3, max_denominator=1000)
shares = st.fractions(min_value=0, max_value=1, max_denominator=1000)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, {"a": 1, "b": 1, "c": 1}, {"a": 34, "b": 33, "c": 33}),
        (100, {"c": 1, "b": 1, "a": 1}, {"a": 34, "b": 33, "c": 33}),
        (-100, {"a": 1, "b": 1, "c": 1}, {"a": -34, "b": -33, "c": -33}),
        (5, {"a": 3, "b": 7}, {"a": 1, "b": 4}),  # 1.5 and 3.5 tie: the larger weight gets the unit
        (2, {"a": 0, "b": 1, "c": 1}, {"a": 0, "b": 1, "c": 1}),
        (8, {"a": 100, "b": -20}, {"a": 10, "b": -2}),
        (7, {"a": -1, "b": -1}, {"a": 4, "b": 3}),
        (3, {"a": 5, "b": -5}, {"a": 2, "b": 1}),
        (3, {"a": 0, "b": 0}, {"a": 2, "b": 1}),
        (0, {"a": 0, "b": 0}, {"a": 0, "b": 0}),
        (0, {}, {}),
        (1, {"a": 10**30, "b": 10**30 + 1}, {"a": 0, "b": 1}),
        (4, {"a": 1}, {"a": 4}),
    ],
)
def test_allocations(total: int, weights: dict[str, int], parts: dict[str, int]) -> None:
    assert allocate(total, weights) == parts


def test_nothing_can_take_a_total() -> None:
    with pytest.raises(ValueError, match="nothing"):
        allocate(1, {})


@pytest.mark.parametrize(
    ("ratio", "weights", "parts"),
    [
        ("19/100", {"a": 333, "b": 1000, "c": 7}, {"a": 63, "b": 190, "c": 2}),  # 63.27 190 1.33 of 255
        ("1/10", {"a": 50, "b": -50}, {"a": 5, "b": -5}),
        ("1/10", {"a": 55, "b": -55}, {"a": 5, "b": -5}),
        ("1/2", {"a": 1, "b": 1}, {"a": 1, "b": 0}),
        ("1/2", {"b": 1, "a": 1}, {"a": 1, "b": 0}),
        ("0", {"a": 9}, {"a": 0}),
    ],
)
def test_prorated(ratio: str, weights: dict[str, int], parts: dict[str, int]) -> None:
    assert prorate(Fraction(ratio), weights) == parts


@given(st.integers(-(10**6), 10**6), weights_by_key.filter(bool))
def test_parts_sum_to_the_total(total: int, weights: dict[str, int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts.values()) == total
    assert list(parts) == list(weights)


@given(ratios, weights_by_key)
def test_prorated_parts_sum_to_the_rounded_whole_and_stay_within_one_unit(
    ratio: Fraction, weights: dict[str, int]
) -> None:
    parts = prorate(ratio, weights)
    assert sum(parts.values()) == round_half_up(ratio * sum(weights.values()))
    for key, part in parts.items():
        assert abs(part - ratio * weights[key]) < 1


@given(shares, weights_by_key)
def test_a_share_never_exceeds_its_weight_nor_crosses_zero(share: Fraction, weights: dict[str, int]) -> None:
    for key, part in prorate(share, weights).items():
        assert min(0, weights[key]) <= part <= max(0, weights[key])


@given(ratios, weights_by_key)
def test_sign_symmetry(ratio: Fraction, weights: dict[str, int]) -> None:
    opposite = {key: -part for key, part in prorate(ratio, weights).items()}
    assert prorate(-ratio, weights) == opposite
    assert prorate(ratio, {key: -weight for key, weight in weights.items()}) == opposite


@given(st.data(), ratios, weights_by_key)
def test_the_order_of_the_weights_does_not_matter(
    data: st.DataObject, ratio: Fraction, weights: dict[str, int]
) -> None:
    shuffled = dict(data.draw(st.permutations(list(weights.items()))))
    assert prorate(ratio, shuffled) == prorate(ratio, weights)


@given(st.integers(0, 10**6), st.dictionaries(st.text("abc", min_size=1), st.integers(0, 100), min_size=1))
def test_equal_weights_get_equal_parts_within_one_unit(total: int, weights: dict[str, int]) -> None:
    parts = allocate(total, weights)
    for one, first in weights.items():
        for other, second in weights.items():
            if first == second:
                assert abs(parts[one] - parts[other]) <= 1
