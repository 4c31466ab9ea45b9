"""The installed pytest plugin: ``pytest --layerproof PLUGIN`` gives one test per case.

pytest loads this module in every run, so it imports the judge only when the option is given.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from layerproof_conformance.types.case import Case

LEVELS = ("quick", "standard", "exhaustive")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("layerproof", "conformance of neural-network layers (LayerProof)")
    group.addoption(
        "--layerproof",
        action="append",
        default=[],
        metavar="PLUGIN",
        help="judge this plugin (a path, a module or an installed name), with one test per case; "
        "other tests run only if their paths are given too",
    )
    group.addoption("--layerproof-level", choices=LEVELS, default="standard", help="how many cases; default: standard")
    group.addoption(
        "--layerproof-layer",
        action="append",
        default=[],
        metavar="LAYER",
        help="only this layer; the option may be repeated",
    )
    group.addoption("--layerproof-seed", type=int, default=0, metavar="N", help="seed of generated cases; default: 0")


def pytest_configure(config: pytest.Config) -> None:
    """Collect no other tests if no paths were given."""
    has_paths = config.args_source is pytest.Config.ArgsSource.ARGS
    if config.getoption("layerproof") and not has_paths:
        config.args = []


def pytest_report_header(config: pytest.Config) -> str | None:
    """Show plugins, level and seed at the top of the output."""
    plugins = config.getoption("layerproof")
    if not plugins:
        return None
    level, seed = config.getoption("layerproof_level"), config.getoption("layerproof_seed")
    return f"layerproof: {', '.join(plugins)} at level {level}, seed {seed}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the cases; first of all plugins, so that -k and others can select among them."""
    for plugin in config.getoption("layerproof"):
        collector = ConformanceCollector.from_parent(session, name=plugin, nodeid=plugin)
        tests: list[Any] = list(collector.collect())
        report = pytest.CollectReport(collector.nodeid, "passed", None, tests)
        config.hook.pytest_collectreport(report=report)
        items += tests


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the worker processes of the plugins."""
    if config.getoption("layerproof", []):
        from layerproof_conformance.pytest import close_workers

        close_workers()


class ConformanceCollector(pytest.Collector):
    """The cases of one plugin."""

    def collect(self) -> Iterator[ConformanceItem]:
        """Plan the cases; a plugin that cannot be loaded is a usage error of one line."""
        from layerproof import LayerProofError
        from layerproof_conformance.pytest import planned_cases

        option = self.config.getoption
        try:
            cases: Iterable[Case] = planned_cases(
                self.name, option("layerproof_layer"), option("layerproof_level"), option("layerproof_seed")
            )
        except LayerProofError as error:
            raise pytest.UsageError(str(error)) from None
        for case in cases:
            yield ConformanceItem.from_parent(self, name=case.id, case=case)


class ConformanceItem(pytest.Item):
    """One case as a test."""

    def __init__(self, *, case: Case, **options: Any) -> None:
        super().__init__(**options)
        self.case = case

    def runtest(self) -> None:
        """Judge the case."""
        from layerproof_conformance.pytest import run_case

        assert self.parent is not None
        run_case(self.parent.name, self.case)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """The location of the test that pytest shows: the file of the plugin, if it is a file."""
        assert self.parent is not None
        file = Path(self.parent.name)
        return (file if file.is_file() else self.config.rootpath), None, f"{self.parent.name}: {self.name}"
