"""Write a complete plugin package to start from: ``layerproof new``."""

import importlib.util
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from layerproof import LayerProofError, find_layers, installed_plugins
from layerproof.plugin_set import unknown_layer

REFERENCE = "reference"
"""The installed plugin whose source the layers of a new package start from."""
PACKAGE_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
FILES: Mapping[str, str] = {
    "pyproject.toml.jinja": "pyproject.toml",
    "README.md.jinja": "README.md",
    "gitignore.jinja": ".gitignore",
    "conformance.yml.jinja": ".github/workflows/conformance.yml",
    "package.py.jinja": "src/{package}/__init__.py",
    "test_conformance.py.jinja": "tests/test_conformance.py",
}
"""Each template, and the path of the file that it becomes."""


def create(name: str, layers: Sequence[str], parent: Path) -> Path:
    """Write a plugin package.

    Arguments:
        name: the name of the package as it is installed, such as ``my-layers``; it is imported as ``my_layers``.
        layers: the layers that the package contains.
        parent: the folder in which a folder of this name is made.

    Returns the new folder. Raises LayerProofError, one line, if the name cannot be used, a layer is unknown, or the
    folder exists.
    """
    package = _checked_package(name)
    for layer in layers:
        if layer not in find_layers():
            raise unknown_layer(layer)
    folder = parent / name
    if folder.exists():
        raise LayerProofError(f"{folder} is already there")
    files = {**_rendered_templates(name, package, layers), **_layer_sources(package, layers)}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def _checked_package(name: str) -> str:
    package = name.replace("-", "_")
    if not PACKAGE_NAME.fullmatch(name) or keyword.iskeyword(package):
        raise LayerProofError(
            f"{name!r} cannot name a package: expected small letters, digits and single dashes, as in my-layers"
        )
    if name in installed_plugins() or importlib.util.find_spec(package) is not None:
        raise LayerProofError(f"{name} is the name of something installed already; choose another")
    return package


def _rendered_templates(name: str, package: str, layers: Sequence[str]) -> dict[str, str]:
    try:
        import jinja2
    except ImportError:
        raise LayerProofError("`layerproof new` needs jinja2, which is not installed: pip install jinja2") from None
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("layerproof", "templates/new"),
        autoescape=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values = {"name": name, "package": package, "layers": sorted(layers), "version": metadata.version("layerproof")}
    return {
        path.format(package=package): environment.get_template(template).render(values)
        for template, path in FILES.items()
    }


def _layer_sources(package: str, layers: Iterable[str]) -> dict[str, str]:
    """The reference's source files of these layers, and of the private modules that they import, by their new paths."""
    module = installed_plugins()[REFERENCE].module
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise LayerProofError(f"the plugin {REFERENCE} is not installed as a package, so its source cannot be copied")
    source = Path(spec.submodule_search_locations[0])
    sources: dict[str, str] = {}
    modules_to_copy = list(layers)
    while modules_to_copy:
        stem = modules_to_copy.pop()
        path = f"src/{package}/{stem}.py"
        if path not in sources:
            text = (source / f"{stem}.py").read_text(encoding="utf-8")
            modules_to_copy += re.findall(rf"\b{module}\.(\w+)", text)
            sources[path] = re.sub(rf"\b{module}\b", package, text)
    return sources
