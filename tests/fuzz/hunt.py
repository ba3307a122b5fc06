"""Runs a property over drawn examples and counts them."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st


@dataclass(frozen=True)
class Property:
    """What must hold for every drawn example: `check` raises where it does not.

    `weight` is its share of the examples.
    """

    name: str
    examples: st.SearchStrategy[Any]
    check: Callable[[Any], None]
    weight: int = 1


@dataclass(frozen=True)
class Hunted:
    """How many examples were checked, and the falsifying one with its fault, if there was one."""

    examples: int
    failure: str | None = None


def hunt(it: Property, examples: int, seed: int | None = None, *, shrink: bool = True) -> Hunted:
    """Check `examples` examples, the same ones every time for the same `seed` (None: hypothesis' own)."""
    checked = 0

    @settings(
        max_examples=examples,
        derandomize=seed is None,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
    )
    @given(it.examples)
    def test(example: Any) -> None:
        nonlocal checked
        checked += 1
        it.check(example)

    try:
        (test if seed is None else hypothesis.seed(seed)(test))()
    except Exception as fault:  # noqa: BLE001 - any exception falsifies
        notes = "\n".join(getattr(fault, "__notes__", ()))
        told = "".join(traceback.format_exception(fault, limit=-4))
        return Hunted(checked, f"{told}{notes}" if notes not in told else told)
    return Hunted(checked)
