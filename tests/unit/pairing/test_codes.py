"""Pairing codes: what is typed by hand finds the code, anything else finds nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signaling.pairing.codes import ALPHABET, LENGTH, new_code, normal


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH), st.integers(0, LENGTH))
def test_lower_case_and_separators_are_forgiven(code: str, cut: int) -> None:
    assert normal(f" {code[:cut].lower()}-{code[cut:]} ") == code


@given(st.text())
def test_anything_typed_is_a_code_or_nothing(typed: str) -> None:
    code = normal(typed)
    assert code == "" or (len(code) == LENGTH and set(code) <= set(ALPHABET))


def test_a_new_code_is_already_normal() -> None:
    code = new_code()
    assert normal(code) == code
