"""The run document as JUnit XML: one test suite per layer, one test case per case."""

from xml.etree import ElementTree

from layerproof_conformance.judge import Status
from layerproof_conformance.run import Run

ERRORS = (Status.ERROR, Status.CRASHED, Status.TIMEOUT)


def to_junit(run: Run) -> bytes:
    """Write the run in the form that CI servers read."""
    root = ElementTree.Element("testsuites", name=f"layerproof check {run.plugin.name}")
    for layer, result in run.layers.items():
        failures = [failure for failure in run.failures if failure.layer == layer]
        errors = sum(failure.status in ERRORS for failure in failures)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=layer,
            tests=str(result.planned),
            failures=str(len(failures) - errors),
            errors=str(errors),
            skipped=str(result.declined),
            time=f"{result.seconds:.3f}",
        )
        for failure in failures:
            case = ElementTree.SubElement(suite, "testcase", classname=layer, name=failure.id)
            kind = "error" if failure.status in ERRORS else "failure"
            entry = ElementTree.SubElement(case, kind, type=failure.check, message=_legal(failure.message))
            entry.text = _legal(f"{failure.message}\n{failure.repeat}")
        for case_result in result.cases:
            if case_result.status is Status.PASSED:
                ElementTree.SubElement(suite, "testcase", classname=layer, name=case_result.id)
            elif case_result.status is Status.DECLINED:
                case = ElementTree.SubElement(suite, "testcase", classname=layer, name=case_result.id)
                ElementTree.SubElement(case, "skipped", message="declined by the plugin")
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _legal(text: str) -> str:
    """Without the control characters that XML cannot hold; a plugin may print anything."""
    return "".join(
        c if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "￾￿") else "�" for c in text
    )
