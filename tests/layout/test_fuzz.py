"""Random templates over random data: a few here, with BILLHEAD_TEST_ALL=1 five minutes of them (`fuzz.py`)."""

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layout.fuzz import CaseMaker, run_case, search

SECONDS = 300 if os.environ.get("BILLHEAD_TEST_ALL") else 10


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(source=st.randoms(use_true_random=False))
def test_no_case_is_a_fault(source: random.Random) -> None:
    run_case(CaseMaker(source).case())


def test_a_search_finds_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    found = search(SECONDS, first=0)
    assert not found, capsys.readouterr().out


def test_equal_numbers_make_equal_cases() -> None:
    assert [repr(CaseMaker(number).case()) for number in range(20)] == [
        repr(CaseMaker(number).case()) for number in range(20)
    ]


def test_enough_cases_are_drawn() -> None:
    """A search that only ever meets refusals would find nothing."""
    states = [run_case(CaseMaker(number).case()) for number in range(60)]
    assert states.count("painted") >= 10
