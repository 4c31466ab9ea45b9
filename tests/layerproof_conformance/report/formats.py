"""The run document in the formats of other services: GitHub log commands, Gradescope results, a shields.io badge."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from layerproof_conformance.types.run_document import FailureRecord, LayerResult, Run
from layerproof_conformance.types.status import Status

POINTS = 10.0
"""The points of one layer in Gradescope."""
LARGEST_SHARE_OF_A_WRONG_LAYER = 0.5
"""A layer that does not conform gets at most this share of its points."""
EXPLAINED = 3
"""How many failures of a layer are described with their message and the command that repeats them."""


def to_github(run: Run) -> bytes:
    """Log commands that GitHub shows as annotations: one error for each wrong layer, one notice for the verdict."""
    file = {"file": run.plugin.name} if run.plugin.name.endswith(".py") else {}
    lines = [
        _command("error", _description(run, name, result), title=f"{name} does not conform", **file)
        for name, result in run.layers.items()
        if result.verdict == "does not conform"
    ]
    return "\n".join([*lines, _command("notice", _summary(run), title="LayerProof")]).encode()


def _command(kind: str, message: str, **properties: str) -> str:
    """A log command; the text is escaped, so that it can neither end the command nor begin another."""
    properties_text = ",".join(
        f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items()
    )
    return f"::{kind} {properties_text}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def to_gradescope(run: Run) -> bytes:
    """Results for Gradescope's autograder: ten points for each layer that conforms.

    A layer that does not conform gets the share of its cases that passed, and at most half of the points.
    """
    tests = [
        {
            "name": name,
            "score": _points(result),
            "max_score": POINTS,
            "status": "passed" if result.verdict == "conforms" else "failed",
            "output": _description(run, name, result),
        }
        for name, result in run.layers.items()
    ]
    return _json({"output": _summary(run), "execution_time": round(run.seconds), "tests": tests})


def refused_by_gradescope(message: str) -> bytes:
    """Results for a submission that could not be judged at all."""
    return _json({"score": 0.0, "output": message})


def _points(result: LayerResult) -> float:
    if result.verdict == "conforms":
        return POINTS
    return round(POINTS * min(LARGEST_SHARE_OF_A_WRONG_LAYER, result.passed / (result.planned or 1)), 1)


def to_badge(run: Run) -> bytes:
    """A badge as JSON, in the form that the endpoint badge of shields.io reads."""
    conforming = sum(result.verdict == "conforms" for result in run.layers.values())
    count = plural(conforming, "layer") if run.conforms else f"{conforming} of {plural(len(run.layers), 'layer')}"
    message = f"{count} {'conforms' if conforming == 1 else 'conform'}"
    color = "brightgreen" if run.conforms else "red"
    return _json({"schemaVersion": 1, "label": "layerproof", "message": message, "color": color})


def _description(run: Run, name: str, result: LayerResult) -> str:
    """The verdict of a layer and its first failures, in a few lines."""
    wrong = sum(getattr(result, status.value) for status in Status if status.is_failure)
    if result.verdict == "conforms":
        return f"conforms: {plural(result.passed, 'case')} passed, {result.declined} declined"
    if result.verdict == "declined":
        return f"declined: the plugin answered none of {plural(result.planned, 'case')}"
    lines = [how_many_fail(wrong, result.planned)]
    lines += [f"It behaves as if: {diagnosis.says}" for diagnosis in result.diagnosis]
    failures = [failure for failure in run.failures if failure.layer == name]
    explained = [failure for failure in failures if failure.minimal_case] or failures
    for failure in explained[:EXPLAINED]:
        lines += [f"{failure.check or failure.status.value}: {_message(failure)}", f"repeat: {failure.repeat}"]
    return "\n".join(lines)


def _message(failure: FailureRecord) -> str:
    return failure.minimal_case.message if failure.minimal_case else failure.message


def _summary(run: Run) -> str:
    cases = sum(result.planned for result in run.layers.values())
    layers = plural(len(run.layers), "layer")
    return f"{run.plugin.name} {run.verdict} at level {run.level}: {layers}, {plural(cases, 'case')}, seed {run.seed}"


def how_many_fail(wrong: int, planned: int) -> str:
    """The first sentence about a layer that does not conform: "15 of 78 cases fail"."""
    return f"{wrong} of {plural(planned, 'case')} {'fails' if wrong == 1 else 'fail'}"


def plural(count: int, word: str) -> str:
    """A number with a noun."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def _json(document: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2)


FORMATS: Mapping[str, Callable[[Run], bytes]] = {
    "github": to_github,
    "gradescope": to_gradescope,
    "badge": to_badge,
}
