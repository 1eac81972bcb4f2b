"""Attachments that run when they are opened, by name and type: none is ever opened here (P08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxwatch.core.text import file_ending, one_line

if TYPE_CHECKING:
    from inboxwatch.model.message import Message, Part

MAX_SHOWN = 80

_ENDINGS = frozenset(
    """
    a3x ade adp ahk apk app appcontent-ms appimage appinstaller application appref-ms appx
    appxbundle asp aspx au3 bas bash bat bgi cab cdxml chm cmd cnt com command cpl crx csh deb
    desktop diagcab dll dmg docm dotm elf exe fxp gadget grp hlp hpj hta htc img inf ins ipa iqy
    iso isp its jar jnlp js jse kext ksh library-ms lnk mad maf mam maq mar mas mau mav maw mcf
    mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml msi msix msixbundle msp mst
    msu nsis ocx one onepkg ops oqy osd pcd pif pkg pl plg potm ppa ppam ppsm pptm prf prg
    printerexport ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 py pyc pyd pyo pyw pyz pyzw rb
    rdp reg rpm rqy run scf scpt scptd scr sct search-ms searchconnector-ms settingcontent-ms sh
    shb sldm slk so svg swf sys tcl terminal theme themepack udl url vb vbe vbp vbs vhd vhdx
    vsix vsmacros vsto vsw vxd wasm webpnp website workflow ws wsb wsc wsf wsh xbap xip xla
    xlam xlb xll xlm xlsb xlsm xltm xlw xnk xpi zsh
    """.split()  # noqa: SIM905 - endings in columns read better than 200 quoted ones
)
"""Programs, scripts, shortcuts, disk images, and documents whose macros run."""

_TYPES = frozenset(
    """
    application/hta application/java-archive application/javascript application/msonenote
    application/onenote application/vnd.android.package-archive
    application/vnd.apple.installer+xml application/vnd.debian.binary-package
    application/vnd.microsoft.portable-executable application/vnd.ms-cab-compressed
    application/vnd.ms-excel.sheet.binary.macroenabled.12
    application/vnd.ms-excel.sheet.macroenabled.12
    application/vnd.ms-excel.template.macroenabled.12 application/vnd.ms-htmlhelp
    application/vnd.ms-powerpoint.presentation.macroenabled.12
    application/vnd.ms-powerpoint.slideshow.macroenabled.12
    application/vnd.ms-powerpoint.template.macroenabled.12
    application/vnd.ms-word.document.macroenabled.12
    application/vnd.ms-word.template.macroenabled.12 application/winhlp
    application/x-apple-diskimage application/x-bat application/x-chm application/x-csh
    application/x-debian-package application/x-dosexec application/x-elf
    application/x-executable application/x-iso9660-image application/x-java-archive
    application/x-javascript application/x-ms-application application/x-ms-dos-executable
    application/x-ms-installer application/x-ms-shortcut application/x-ms-xbap
    application/x-msdos-program application/x-msdownload application/x-msi application/x-perl
    application/x-powershell application/x-rdp application/x-rpm application/x-sh
    application/x-shellscript application/x-shockwave-flash application/x-vbs image/svg+xml
    text/javascript text/vbscript text/x-perl text/x-python text/x-shellscript
    """.split()  # noqa: SIM905 - the same
)


_NAMELESS = frozenset(
    """
    application/pdf application/pgp-encrypted application/pgp-signature application/pkcs7-mime
    application/pkcs7-signature application/x-pkcs7-mime application/x-pkcs7-signature
    """.split()  # noqa: SIM905 - the same
)
_NAMELESS_KINDS = ("audio/", "image/", "message/", "multipart/", "text/", "video/")
"""What mail programs show or check themselves, so that it needs no name."""

_SEALED = frozenset(
    {"application/ms-tnef", "application/vnd.ms-tnef", "message/external-body", "message/partial"}
)
"""What mail programs unpack, and nobody here does."""


def program(message: Message) -> str:
    """What the first attachment is that is a program, or may be one; else the empty string.

    A name is taken at its worst: what hides what it is counts as a program.
    """
    for part in (*message.parts, *message.enclosed):
        if found := _program(part) or _doubt(part):
            return one_line(found, MAX_SHOWN)
    return ""


def _program(part: Part) -> str:
    names = (part.filename, part.parameters.get("name", ""), *part.names)
    known = next((name for name in names if file_ending(name) in _ENDINGS), "")
    return known or (part.content_type if part.content_type in _TYPES else "")


def _doubt(part: Part) -> str:
    if part.doubt:
        called = part.filename or part.content_type
        return f"{called}: {part.doubt}"
    if part.content_type in _SEALED:
        return f"{part.content_type}: it cannot be looked into"
    plain = part.content_type.startswith(_NAMELESS_KINDS) or part.content_type in _NAMELESS
    return "" if part.filename or plain else f"{part.content_type}: it has no name"
