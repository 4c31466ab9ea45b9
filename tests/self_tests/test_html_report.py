"""The HTML report, in a real browser."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from layerproof import LayerProofError
from layerproof_conformance.report import html_report
from layerproof_conformance.report.html_report import to_html
from layerproof_conformance.types.run_document import Diagnosis, Speed
from layerproof_conformance.types.status import Status

pytest.importorskip("jinja2", reason="needs the extra report")
pytest.importorskip("matplotlib", reason="needs the extra report")
LAYERPROOF = str(Path(sys.executable).with_name("layerproof"))
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
HOSTILE = (
    "\"><img src=x onerror=window.hacked=1></title></style><script>window.hacked=1</script>{{7*7}}'--><b id=bold>&lt;"
)


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page in the browser; it may say nothing on the console and ask for nothing but itself."""
    complaints = []
    contexts = []

    def open_page(html, viewport=DESKTOP, scheme="light"):
        file = tmp_path / f"report{len(contexts)}.html"
        file.write_bytes(html)
        context = browser.new_context(viewport=viewport, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or complaints.append(asked.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def shown_layers(page):
    return page.locator("#layer-table tbody tr:visible").evaluate_all("rows => rows.map(row => row.dataset.layer)")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_says_what_is_wrong_at_any_width(opened, wrong_run, viewport, scheme):
    page = opened(to_html(wrong_run), viewport, scheme)
    assert "does not conform" in page.locator("h1").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    failure = page.locator("#layer-max_pool2d").inner_text()
    assert "the gradient goes in full to all tied maxima" in failure
    assert "expected grad_x" in failure
    assert "layerproof check" in failure
    images = page.locator("#layer-max_pool2d .map img")
    assert images.count() == 5
    assert images.evaluate_all("all => all.every(one => one.naturalWidth > 3)")
    assert page.locator("td.wrong").count() > 0


def test_a_conforming_run_has_nothing_wrong(opened, right_run):
    page = opened(to_html(right_run))
    assert page.locator("h1 .says").inner_text() == "conforms"
    assert page.locator(".failure").count() == 0
    assert page.locator(".matrix .bad").count() == 0
    assert page.locator(".strip[data-layer] svg").count() == 2


CONTRASTS = """() => {
  const light = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *:not(script)")) {
    const text = [...element.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data.trim()).join("");
    if (!text || !element.checkVisibility()) continue;
    const [a, b] = [light(numbers(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), text]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_what_is_behind_it(opened, wrong_run, scheme):
    contrasts = opened(to_html(wrong_run), scheme=scheme).evaluate(CONTRASTS)
    assert len(contrasts) > 50
    assert [(ratio, text) for ratio, text in contrasts if ratio < 4.5] == []


def test_the_keyboard_reaches_what_scrolls_sorts_and_filters(opened, wrong_run):
    page = opened(to_html(wrong_run), PHONE)
    focused = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focused.append(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText"))
    for name in ("Filter layers by name", "wrong", "Table of the layers", "verdict", "Table of the checks", "copy"):
        assert name in focused
    headings = page.locator("th").evaluate_all("all => all.map(one => [one.innerText, one.scope])")
    assert all(text and scope for text, scope in headings)


def test_one_layer_needs_no_filter(opened, wrong_run):
    one = msgspec.structs.replace(wrong_run, layers={"relu": wrong_run.layers["relu"]})
    assert opened(to_html(one)).locator(".toolbar").is_hidden()


def test_filtering(opened, wrong_run):
    page = opened(to_html(wrong_run))
    assert shown_layers(page) == ["max_pool2d", "relu"]
    page.fill("#filter", "REL")
    assert shown_layers(page) == ["relu"]
    assert page.locator(".failure:visible").count() == 0
    page.fill("#filter", "nothing like it")
    assert page.locator("#nothing").is_visible()
    page.fill("#filter", "")
    page.click(".chip >> text=conforms")
    assert shown_layers(page) == ["relu"]
    page.click(".chip >> text=wrong")
    assert shown_layers(page) == ["max_pool2d"]
    assert page.locator(".chip[aria-pressed=true]").inner_text() == "wrong"
    assert page.locator("#nothing").is_hidden()


def test_sorting(opened, wrong_run):
    page = opened(to_html(wrong_run))
    wrong = page.locator("#layer-table thead th").filter(has_text="wrong")
    wrong.locator("button").click()
    assert wrong.get_attribute("aria-sort") == "descending"
    assert shown_layers(page) == ["max_pool2d", "relu"]
    wrong.locator("button").click()
    assert wrong.get_attribute("aria-sort") == "ascending"
    assert shown_layers(page) == ["relu", "max_pool2d"]
    page.locator("#layer-table thead button").first.click()
    assert shown_layers(page) == ["max_pool2d", "relu"]
    assert wrong.get_attribute("aria-sort") == "none"


def test_text_from_a_plugin_is_only_text(opened, wrong_run):
    failures = [
        msgspec.structs.replace(one, message=HOSTILE, check=HOSTILE, repeat=HOSTILE) for one in wrong_run.failures
    ]
    pool = msgspec.structs.replace(wrong_run.layers["max_pool2d"], diagnosis=[Diagnosis(HOSTILE, 3)])
    environment = {**wrong_run.environment, HOSTILE: HOSTILE}
    plugin = msgspec.structs.replace(wrong_run.plugin, name=HOSTILE, version=HOSTILE)
    run = msgspec.structs.replace(
        wrong_run, plugin=plugin, failures=failures, environment=environment, layers={HOSTILE: pool, "max_pool2d": pool}
    )
    page = opened(to_html(run))
    assert page.evaluate("window.hacked") is None
    assert page.locator("#bold, img[src=x]").count() == 0
    assert page.locator("script").count() == 1
    assert page.locator("h1 .name").inner_text() == HOSTILE
    assert HOSTILE in page.title()


def test_speed_is_shown_where_it_was_measured(opened, right_run):
    assert "forward time" not in to_html(right_run).decode()
    layers = {**right_run.layers}
    layers["conv2d"] = msgspec.structs.replace(layers["conv2d"], speed=Speed(0.41, 1.74))
    page = opened(to_html(msgspec.structs.replace(right_run, layers=layers)))
    row = page.locator("#layer-table tr[data-layer=conv2d]").inner_text()
    assert "0.41" in row
    assert "1.74" in row


def test_numbers_that_json_cannot_hold(opened, wrong_run):
    pool = wrong_run.layers["max_pool2d"]
    (one,) = pool.error_maps
    strange = [["nan", "inf", "-inf", *row[3:]] for row in one.difference]
    changed = msgspec.structs.replace(pool, error_maps=[msgspec.structs.replace(one, difference=strange)])
    page = opened(to_html(msgspec.structs.replace(wrong_run, layers={"max_pool2d": changed})))
    assert "largest difference is not a number" in page.locator(".map figcaption").inner_text()


def test_two_thousand_cases_open_and_stay_small(opened, wrong_run):
    layers, failures = {}, []
    for number in range(2000 // sum(one.planned for one in wrong_run.layers.values()) + 1):
        for name, result in wrong_run.layers.items():
            layers[f"{name}_{number}"] = result
            own = [one for one in wrong_run.failures if one.layer == name]
            failures += [msgspec.structs.replace(one, layer=f"{name}_{number}") for one in own]
    assert sum(result.planned for result in layers.values()) >= 2000
    html = to_html(msgspec.structs.replace(wrong_run, layers=layers, failures=failures))
    assert len(html) < 5_000_000
    page = opened(html)
    assert page.locator("h1").is_visible()
    assert page.evaluate("document.querySelectorAll('*').length") < 100_000


def test_it_prints_with_all_coverage_open(opened, wrong_run):
    page = opened(to_html(wrong_run))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".toolbar").is_hidden()
    assert page.locator("details.coverage[open]").count() == page.locator("details.coverage").count() > 0


def test_it_stands_alone(wrong_run):
    html = to_html(wrong_run).decode()
    assert not re.search(r'(src|href)="(?!data:|#)', html)
    assert "http" not in re.sub(r"http-equiv", "", html)


def test_every_status_has_a_place(opened, wrong_run):
    failures = [
        msgspec.structs.replace(wrong_run.failures[0], status=status, check=str(status), result="", minimal_case=None)
        for status in Status
        if status.is_failure
    ]
    page = opened(to_html(msgspec.structs.replace(wrong_run, failures=failures, interrupted=True)))
    assert page.locator(".failure .kind").all_inner_texts() == ["failed", "error", "crashed", "timeout"]
    assert "Interrupted" in page.locator(".hero").inner_text()


def test_check_and_report_write_the_same_page(tmp_path, ties_file):
    json, page, again = tmp_path / "run.json", tmp_path / "run.html", tmp_path / "again.html"
    command = [
        LAYERPROOF,
        "check",
        str(ties_file),
        "--level",
        "quick",
        "--layer",
        "relu",
        "--jobs",
        "1",
        "--json",
        json,
        "--html",
        page,
    ]
    assert subprocess.run(command, capture_output=True, timeout=120).returncode == 0
    done = subprocess.run([LAYERPROOF, "report", json, "-o", again], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert page.read_bytes() == again.read_bytes()
    shown = subprocess.run([LAYERPROOF, "report", json], capture_output=True, text=True, timeout=60)
    assert "conforms" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.json"], "does not exist"),
        ([__file__], "is no run document"),
    ],
)
def test_report_refuses_in_one_line(arguments, said):
    done = subprocess.run([LAYERPROOF, "report", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_library_is_told_in_one_line(monkeypatch, right_run):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(LayerProofError, match=r"pip install 'layerproof\[report\]'"):
        html_report.to_html(right_run)
