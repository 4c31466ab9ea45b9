"""LayerProof's judge: cases, oracle, bounds, comparison, isolation, reports.

``check(plugin, level=...)`` judges a plugin and returns a ``Run``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layerproof_conformance.types.run_document import Run
    from layerproof_conformance.verdict.session import check

__all__ = ["Run", "check"]


def __getattr__(name: str) -> Any:
    # imported when asked for: worker processes import this package too, and need none of it
    if name == "check":
        from layerproof_conformance.verdict.session import check

        return check
    if name == "Run":
        from layerproof_conformance.types.run_document import Run

        return Run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
