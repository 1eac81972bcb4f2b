"""Attachments that run when they are opened, by name and type: none is ever opened here (P08)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from inboxwatch.core.text import one_line

if TYPE_CHECKING:
    from inboxwatch.model.message import Message, Part

MAX_SHOWN = 80

_ENDINGS = frozenset(
    """
    ade adp apk app application appref-ms appx bas bat cab chm cmd com command cpl deb desktop dll
    dmg docm dotm exe gadget hlp hta img inf ins iso isp jar jnlp js jse lnk mde msc msi msix msp
    mst ocx pif pkg potm ppam ppsm pptm ps1 psc1 psm1 py pyz reg rpm run scf scr sct sh shb
    sldm slk svg sys terminal url vb vbe vbs vhd vhdx vxd wasm workflow ws wsc wsf wsh xbap xlam
    xll xlsm xltm
    """.split()  # noqa: SIM905 - endings in columns read better than 90 quoted ones
)
"""Programs, scripts, shortcuts, disk images, and documents whose macros run."""

_TYPES = frozenset(
    """
    application/hta application/java-archive application/javascript
    application/vnd.apple.installer+xml
    application/vnd.microsoft.portable-executable application/x-apple-diskimage application/x-bat
    application/x-dosexec application/x-elf application/x-executable application/x-java-archive
    application/x-javascript application/x-msdos-program application/x-msdownload application/x-msi
    application/x-ms-installer application/x-ms-shortcut application/x-powershell application/x-sh
    application/x-shellscript application/x-vbs text/javascript text/vbscript text/x-python
    text/x-shellscript
    """.split()  # noqa: SIM905 - the same
)


def program(message: Message) -> str:
    """The name or type of the first attachment that is a program, or the empty string."""
    for part in message.parts:
        if found := _program(part):
            return one_line(found, MAX_SHOWN)
    return ""


def _program(part: Part) -> str:
    names = (part.filename, part.parameters.get("name", ""))
    known = next((name for name in names if _ending(name) in _ENDINGS), "")
    return known or (part.content_type if part.content_type in _TYPES else "")


def _ending(name: str) -> str:
    """What follows the last dot, as a system that opens the file reads it."""
    if "." not in name and name.isascii():
        return ""
    plain = unicodedata.normalize("NFKC", name).rstrip(" .\u200b\u00a0")
    return plain.rpartition(".")[2].strip().lower() if "." in plain else ""
