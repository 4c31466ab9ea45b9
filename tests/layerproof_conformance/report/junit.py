"""The run document as JUnit XML: one test suite per layer, one test case per case."""

from xml.etree import ElementTree

from layerproof_conformance.types.run_document import LayerResult, Run
from layerproof_conformance.types.status import Status

ERRORS = (Status.ERROR, Status.CRASHED, Status.TIMEOUT)


def to_junit(run: Run) -> bytes:
    """Write the run in the form that CI servers read."""
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
    """The cases of one layer in the order of the run, and what it behaves as."""
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
    for one in result.cases:
        case = ElementTree.SubElement(suite, "testcase", classname=layer, name=one.id)
        if one.status is Status.DECLINED:
            ElementTree.SubElement(case, "skipped", message="declined by the plugin")
        elif one.id in failures:
            failure = failures[one.id]
            kind = "error" if failure.status in ERRORS else "failure"
            entry = ElementTree.SubElement(case, kind, type=_legal(failure.check), message=_legal(failure.message))
            entry.text = _legal(f"{failure.message}\nrepeat: {failure.repeat}")
    if result.diagnosis:
        says = (f"It behaves as if: {diagnosis.says} ({diagnosis.cases} cases)" for diagnosis in result.diagnosis)
        ElementTree.SubElement(suite, "system-out").text = _legal("\n".join(says))
    return suite


def _legal(text: str) -> str:
    """Without the control characters that XML cannot hold; a plugin may print anything."""
    return "".join(
        c if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "￾￿") else "�" for c in text
    )
