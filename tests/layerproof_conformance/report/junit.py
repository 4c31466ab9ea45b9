"""The run document as JUnit XML: one test suite per layer, one test case per case."""

from xml.etree import ElementTree

from layerproof_conformance.report.formats import plural
from layerproof_conformance.types.run_document import LayerResult, Run
from layerproof_conformance.types.status import Status

ERRORS = (Status.ERROR, Status.CRASHED, Status.TIMEOUT)


def to_junit(run: Run) -> bytes:
    """The run as JUnit XML, which CI servers read."""
    root = ElementTree.Element("testsuites", name=_legal(f"layerproof check {run.plugin.name}"))
    suites = [_suite(run, layer, result) for layer, result in run.layers.items()]
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{run.seconds:.3f}")
    root.extend(suites)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _suite(run: Run, layer: str, result: LayerResult) -> ElementTree.Element:
    """One layer: its cases in the order of the run, then its diagnoses as the suite's output."""
    failures = {failure.id: failure for failure in run.failures if failure.layer == layer}
    errors = sum(failure.status in ERRORS for failure in failures.values())
    counts = {
        "tests": result.planned,
        "failures": len(failures) - errors,
        "errors": errors,
        "skipped": result.declined,
    }
    suite = ElementTree.Element("testsuite", {"name": layer, **{name: str(count) for name, count in counts.items()}})
    suite.set("time", f"{result.seconds:.3f}")
    if run.created:
        suite.set("timestamp", run.created)
    for case_result in result.cases:
        case = ElementTree.SubElement(suite, "testcase", classname=layer, name=case_result.id)
        if case_result.status is Status.DECLINED:
            ElementTree.SubElement(case, "skipped", message="declined by the plugin")
        elif case_result.id in failures:
            failure = failures[case_result.id]
            kind = "error" if failure.status in ERRORS else "failure"
            entry = ElementTree.SubElement(case, kind, type=_legal(failure.check), message=_legal(failure.message))
            entry.text = _legal(f"{failure.message}\nrepeat: {failure.repeat}")
    if result.diagnosis:
        lines = (
            f"It behaves as if: {diagnosis.says} (explains {plural(diagnosis.cases, 'failing case')})"
            for diagnosis in result.diagnosis
        )
        ElementTree.SubElement(suite, "system-out").text = _legal("\n".join(lines))
    return suite


def _legal(text: str) -> str:
    """The text with the characters replaced that XML cannot hold; messages may quote what a plugin returned."""
    return "".join(
        c if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "￾￿") else "�" for c in text
    )
