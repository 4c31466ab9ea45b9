"""A run of Hypothesis over cases."""

from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from hypothesis.errors import Unsatisfiable

from layerproof_conformance.types.case import Case


def run_hypothesis(
    cases: strategies.SearchStrategy[Case],
    test: Callable[[Case], None],
    count: int,
    seed_number: int,
    phases: Sequence[Phase],
) -> None:
    """Have Hypothesis try up to ``count`` cases: the same ones for the same seed, and none of earlier runs."""
    configured = settings(
        max_examples=count,
        phases=phases,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    try:
        seed(seed_number)(configured(given(cases)(test)))()
    except Unsatisfiable:
        return
