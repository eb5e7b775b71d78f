"""The WordPress companion, packed for one store: installed and switched on, it finds its way."""

from __future__ import annotations

import io
import zipfile
from importlib import resources
from importlib.resources.abc import Traversable

from connector.ports.capture import CompanionSettings

NAME = "askback-companion"

_FOLDER = resources.files(__package__).joinpath("plugin", NAME)
_EPOCH = (2026, 1, 1, 0, 0, 0)
"""Every file's date: the same settings give the same bytes."""


def packed(settings: CompanionSettings) -> bytes:
    """A zip as WordPress takes it: one folder named after the plugin, its configuration inside."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for path, content in sorted(_contents(_FOLDER, NAME).items()):
            files.writestr(_entry(path), content)
        files.writestr(_entry(f"{NAME}/askback-config.php"), configuration(settings))
    return archive.getvalue()


def _entry(path: str) -> zipfile.ZipInfo:
    """Readable by the web server, which is another user where a merchant unpacks it herself."""
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o100644 << 16
    return entry


def configuration(settings: CompanionSettings) -> str:
    """askback-config.php: what the settings page of the plugin need not be told."""
    return (
        "<?php\n"
        "// Made by Askback for this store alone: it holds the store's secret.\n"
        "defined( 'ABSPATH' ) || exit;\n"
        f"define( 'ASKBACK_COMPANION_ENDPOINT', {_quoted(settings.endpoint)} );\n"
        f"define( 'ASKBACK_COMPANION_KEY', {_quoted(settings.key)} );\n"
        f"define( 'ASKBACK_COMPANION_SECRET', {_quoted(settings.secret)} );\n"
    )


def _quoted(text: str) -> str:
    """A PHP text in single quotes, in which only these two characters mean anything.

    https://www.php.net/manual/en/language.types.string.php#language.types.string.syntax.single
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _contents(folder: Traversable, path: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in folder.iterdir():
        inside = f"{path}/{one.name}"
        if one.is_dir():
            found |= _contents(one, inside)
        else:
            found[inside] = one.read_bytes()
        if inside.endswith(".po"):
            found[inside.removesuffix(".po") + ".mo"] = _compiled(found[inside])
    return found


def _compiled(texts: bytes) -> bytes:
    """Translations as every WordPress reads them."""
    from babel.messages import mofile, pofile  # noqa: PLC0415 # slow to load, and zips are rare

    binary = io.BytesIO()
    mofile.write_mo(binary, pofile.read_po(io.BytesIO(texts)))
    return binary.getvalue()
