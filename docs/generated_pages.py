"""Pages of the documentation that are generated: the specification of every layer, and the command line."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from layerproof import Layer, find_layers
from layerproof.cli import load_commands

FOLDER = "layers"
ENTRY = re.compile(r"    (\w+(?:, \w+)*): (.*)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the layers to the navigation; called by mkdocs."""
    assert config.nav is not None
    paths = [f"{FOLDER}/index.md", *(f"{FOLDER}/{name}.md" for name in find_layers())]
    config.nav[-1]["Reference"].append({"Layers": paths})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages; called by mkdocs."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def pages() -> dict[str, str]:
    """The text of each generated page by its path."""
    layers = find_layers()
    layer_pages = {f"{FOLDER}/{name}.md": layer_page(layer) for name, layer in layers.items()}
    return {**layer_pages, f"{FOLDER}/index.md": _overview(layers), "commands.md": commands_page()}


def _overview(layers: dict[str, Layer]) -> str:
    rows = [
        f"| [{name}]({name}.md) | {', '.join(_starred(layer))} | {_plain(layer.summary.partition(': ')[2])} |"
        for name, layer in layers.items()
    ]
    return "\n".join(
        [
            "# Layers",
            "",
            f"The specification has {len(layers)} layers. A plugin implements a layer with two functions, its hooks.",
            "A star marks an argument that has a gradient. These pages are generated from the hook specifications in",
            "`spec/layerproof/layers/`; `layerproof layers NAME` prints the same text.",
            "",
            "| layer | forward arguments | what it does |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _starred(layer: Layer) -> Iterator[str]:
    for name in layer.arguments:
        yield f"`{name}`" + (r"\*" if name in layer.differentiable else "")


def layer_page(layer: Layer) -> str:
    """The specification of one layer."""
    parts = [f"# {layer.name}", inspect.cleandoc(layer.module.__doc__ or "")]
    for hook in layer.hooks:
        function = getattr(layer.module, hook)
        signature = ", ".join(inspect.signature(function).parameters)
        parts += [f"## {hook}", f"```python\n{hook}({signature})\n```", _markdown(inspect.getdoc(function) or "")]
    parts.append(
        "## Optional parameters\n\n"
        "The signature of backward may leave out `needs_input_grad`, which has one bool for each gradient; where it is"
        " False, that gradient need not be computed."
    )
    if layer.neutral:
        values = ", ".join(f"`{text}`" for text in layer.neutral_texts())
        parts.append(
            "The signature of forward may leave out any of these arguments; the plugin is then called only with the"
            f" value given here: {values}."
        )
    return "\n\n".join(parts) + "\n"


def _markdown(docstring: str) -> str:
    """A docstring in Markdown: its sections of arguments and results become lists."""
    lines = []
    for line in docstring.splitlines():
        entry = ENTRY.fullmatch(line)
        if line in ("Arguments:", "Returns:"):
            lines += [f"**{line[:-1]}**", ""]
        elif entry:
            names = ", ".join(f"`{name}`" for name in entry[1].split(", "))
            lines.append(f"- {names}: {_plain(entry[2])}")
        elif line.startswith("    "):
            lines.append(f"  {_plain(line.strip())}")
        else:
            lines.append(_plain(line))
    return re.sub(r"Source: (https://\S+)", r"Source: <\1>", "\n".join(lines))


def _plain(text: str) -> str:
    """The text with the signs escaped that Markdown would take for emphasis or markup, except in code."""
    parts = re.split(r"(`+[^`]*`+)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([*<\[])", r"\\\1", part) for part in parts)


def commands_page() -> str:
    """The help of every command."""
    group = load_commands()
    context = click.Context(group, info_name="layerproof", max_content_width=100, terminal_width=100)
    parts = ["# Command line", "Generated from `--help`.", _help(group, context)]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        parts += [f"## layerproof {name}", _help(command, inner)]
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, context: click.Context) -> Any:
    return f"```text\n{command.get_help(context)}\n```"
