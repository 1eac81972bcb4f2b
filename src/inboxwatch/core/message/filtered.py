"""Why the provider's filter took a mail for spam, in its own fields and in words (rule S25).

Fields are read above the trust boundary only (rule S03), since anybody can write one below. A
filter is a row of ``_READERS``: the field, and what reads it. Where several speak, the gravest
counts.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from inboxwatch.core.message import filter_words
from inboxwatch.core.message.authres import OWN_HOPS, TOPMOST_WITHOUT_ID, placed
from inboxwatch.core.text import one_line
from inboxwatch.model.message import Filtered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from inboxwatch.model.message import Message

__all__ = ["Filtered", "filtered", "in_words"]

MAX_REASONS = 20
MAX_VALUE = 8 * 1024
MAX_WORDS = 300
"""Characters of the sentence."""

_ORDER = ("malware", "phishing", "spoof", "spam", "bulk", "unknown")
"""Categories, the gravest first."""
_GRAVE = frozenset({"malware", "phishing", "spoof"})
_REJECTED = 15.0
"""Points from which SpamAssassin's users refuse mail; it knows no such level itself."""

_NUMBER = r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?"
_SCORE = re.compile(rf"\b(?:score|hits)=({_NUMBER})", re.IGNORECASE)
_REQUIRED = re.compile(rf"\b(?:required|tag_level)=({_NUMBER})", re.IGNORECASE)
_TESTS = re.compile(r"\btests=\[?([^\]]*)", re.IGNORECASE)
_NOT_A_TEST = re.compile(r"\b[a-z][a-z_]*=.*|\bautolearn.*", re.DOTALL)
_TEST = re.compile(rf"([A-Z][A-Z0-9_]{{2,59}})(?:[= ]({_NUMBER}))?")
_RSPAMD = re.compile(rf"\[({_NUMBER}) ?/ ?({_NUMBER})\]")
_SYMBOL = re.compile(rf"\b([A-Z][A-Z0-9_]{{2,59}})\(({_NUMBER})\)")
_PLAIN = re.compile(_NUMBER)
_PAIR = re.compile(r"([A-Za-z]{2,12}):([^;]*)")
_WORD_PAIR = re.compile(r"\b([a-z]+)=([^\s;,]+)")
_FOR_THE_MAIL = re.compile(
    r"BAYES_[0-4]\d|.*_(?:PASS|ALLOW|SIGNED|NONE|WL|H[2-5])$|.*(?:DNSWL|WELCOMELIST|WHITELIST).*"
    r"|DKIM_VALID.*|HTML_MESSAGE|T_.*|ALL_TRUSTED"
)
"""Tests that speak for a mail, or for nothing, where the field gives no points to each."""
_TELLING = (("malware", ("MALWARE", "VIRUS")), ("phishing", ("PHISH",)))


def filtered(message: Message, trust: tuple[str, ...], own_hops: int = OWN_HOPS) -> Filtered | None:
    """What the gravest filter says that took the mail for spam; None where none says so.

    Exchange Online writes its report among the sender's own fields and renames what came from
    outside, so with its entry in ``trust`` that one counts wherever it stands.
    """
    found = [_PHISHING_KEYWORD] if _is_flagged(message) else []
    everywhere = _MICROSOFT if TOPMOST_WITHOUT_ID in trust else ""
    for name, value, depth in placed(message.trace):
        reader = _READERS.get(name) if depth <= own_hops or name == everywhere else None
        verdict = reader(value[:MAX_VALUE]) if reader else None
        found.extend([verdict] if verdict else [])
    return min(found, key=_gravity, default=None)


def _gravity(verdict: Filtered) -> tuple[bool, int, bool]:
    return (not verdict.grave, _ORDER.index(verdict.category), not verdict.reasons)


def in_words(verdict: Filtered) -> str:
    """A sentence for a support lead: which filter took it for what, and by which signs."""
    sure = verdict.grave and verdict.category == "spam"
    said = "certain spam" if sure else filter_words.CATEGORIES[verdict.category]
    points = ""
    if verdict.score is not None and verdict.threshold is not None:
        points = f", with {verdict.score:g} points where {verdict.threshold:g} suffice"
    elif verdict.score is not None:
        points = f", with {verdict.score:g} points"
    signs = filter_words.signs(verdict.reasons)
    because = f": {'; '.join(signs)}" if signs else ""
    return one_line(f"{verdict.by} took it for {said}{points}{because}.", MAX_WORDS)


def _is_flagged(message: Message) -> bool:
    return any(flag.lower() == "$phishing" for flag in message.flags)


_PHISHING_KEYWORD = Filtered("The mail server", "phishing", reasons=("$Phishing",), grave=True)


def _verdict(
    by: str,
    reasons: Iterable[str],
    score: float | None,
    threshold: float | None,
    *,
    refused: bool,
    category: str = "spam",
) -> Filtered:
    names = tuple(dict.fromkeys(reasons))[:MAX_REASONS]
    for telling, parts in _TELLING:
        if any(part in name for name in names for part in parts):
            category = telling
            break
    return Filtered(by, category, score, threshold, names, refused or category in _GRAVE)


def _float(match: re.Match[str] | None, group: int = 1) -> float | None:
    return float(match[group]) if match else None


def _status(by: str) -> Callable[[str], Filtered | None]:
    """A reader of ``Yes, score=7.2 required=5.0 tests=BAYES_99,URIBL_BLACK autolearn=no``."""

    def read(value: str) -> Filtered | None:
        if not value.lower().startswith("yes"):
            return None
        tests = _TESTS.search(value)
        listed = _NOT_A_TEST.sub("", tests[1]) if tests else ""
        named = (one[1] for one in _TEST.finditer(listed) if _speaks_against(one))
        score = _float(_SCORE.search(value))
        refused = score is not None and score >= _REJECTED
        return _verdict(by, named, score, _float(_REQUIRED.search(value)), refused=refused)

    return read


def _speaks_against(test: re.Match[str]) -> bool:
    if test[2]:
        return float(test[2]) > 0
    return _FOR_THE_MAIL.fullmatch(test[1]) is None


def _rspamd(value: str) -> Filtered | None:
    """``default: True [7.20 / 15.00]; BAYES_SPAM(5.10)[99%]``: the second number refuses mail."""
    points = _RSPAMD.search(value)
    if points is None:
        return None
    score, refusal = float(points[1]), float(points[2])
    named = [(one[1], float(one[2])) for one in _SYMBOL.finditer(value)]
    against = [name for name, weight in sorted(named, key=lambda one: -one[1]) if weight > 0]
    if score <= 0:
        return None
    return _verdict("Rspamd", against, score, None, refused=score >= refusal > 0)


def _rspamd_action(value: str) -> Filtered | None:
    action = value.strip().lower()
    if action == "reject":
        return Filtered("Rspamd", "spam", grave=True)
    return Filtered("Rspamd", "spam") if action in _RSPAMD_ACTIONS else None


_RSPAMD_ACTIONS = frozenset({"add header", "rewrite subject", "soft reject", "quarantine"})


def _flag(value: str) -> Filtered | None:
    return Filtered("The spam filter", "spam") if value.strip().lower() == "yes" else None


def _hits(value: str) -> Filtered | None:
    """Fastmail's ``BAYES_99 3.5, ME_CONTENT 2.1, LANGUAGES en``: names with their points."""
    named = [(one[1], float(one[2] or 0)) for one in _TEST.finditer(value)]
    against = [(name, points) for name, points in named if points > 0]
    if not against:
        return None
    return _verdict("The spam filter", (name for name, _ in against), None, None, refused=False)


def _microsoft(value: str) -> Filtered | None:
    """``CIP:192.0.2.1;SCL:5;SFV:SPM;CAT:PHSH``: category, confidence, and what the filter did."""
    pairs = {name.upper(): text.strip().upper() for name, text in _PAIR.findall(value)}
    category = _CATEGORIES.get(pairs.get("CAT", ""), "")
    verdict = pairs.get("SFV", "")
    taken = verdict in _MICROSOFT_VERDICTS or _number(pairs.get("SCL", "")) >= _SPAM_LEVEL
    if not category and not taken:
        return None
    known = {name: pairs.get(name, "") for name in ("CAT", "SFV")}
    reasons = tuple(f"{name}:{code}" for name, code in known.items() if code not in _SAYS_NOTHING)
    score = _number(pairs.get("SCL", ""))
    category = category or "spam"
    level = score if score >= 0 else None
    sure = score >= _SURE_LEVEL or known["CAT"] == "HSPM"
    return Filtered("Microsoft 365", category, level, None, reasons, sure or category in _GRAVE)


def _number(text: str) -> float:
    return float(text) if _PLAIN.fullmatch(text) else -1.0


_SPAM_LEVEL = 5
_SURE_LEVEL = 7
"""From where on Microsoft's scale of confidence, up to 9, it is sure that a mail is spam."""
_SAYS_NOTHING = frozenset({"", "NONE", "NSPM"})
_MICROSOFT_VERDICTS = frozenset({"BLK", "SKB", "SKS", "SPM"})
_MICROSOFT = "x-forefront-antispam-report"
_CATEGORIES = MappingProxyType(
    {
        "AMP": "malware",
        "BULK": "bulk",
        "BIMP": "spoof",
        "DIMP": "spoof",
        "FTBP": "malware",
        "GIMP": "spoof",
        "HPHSH": "phishing",
        "HPHISH": "phishing",
        "HSPM": "spam",
        "INTOS": "phishing",
        "MALW": "malware",
        "OSPM": "spam",
        "PHSH": "phishing",
        "SAP": "malware",
        "SPM": "spam",
        "SPOOF": "spoof",
        "UIMP": "spoof",
    }
)


def _proofpoint(value: str) -> Filtered | None:
    """``rule=phish policy=default score=100 phishscore=99 bulkscore=0``."""
    pairs = dict(_WORD_PAIR.findall(value.lower()))
    rule = pairs.get("rule", "").partition("_")[0]
    category = _PROOFPOINT.get(rule, "")
    if not category:
        return None
    score = _number(pairs.get("score", ""))
    level = score if score >= 0 else None
    return Filtered("Proofpoint", category, level, None, (), category in _GRAVE)


_PROOFPOINT = MappingProxyType(
    {
        "adult": "spam",
        "bulk": "bulk",
        "impostor": "spoof",
        "malware": "malware",
        "phish": "phishing",
        "phishing": "phishing",
        "spam": "spam",
        "suspect": "spam",
    }
)


def _google(category: str) -> Callable[[str], Filtered | None]:
    def read(value: str) -> Filtered | None:
        taken = value.strip() == "1"
        return Filtered("Google", category, grave=category in _GRAVE) if taken else None

    return read


def _united_internet(value: str) -> Filtered | None:
    return Filtered("GMX or web.de", "spam") if value.lower().startswith("junk:") else None


def _infected(by: str, *words: str) -> Callable[[str], Filtered | None]:
    """A reader of what virus scanners write: their verdict comes first, then what they found."""

    def read(value: str) -> Filtered | None:
        found = value.strip().lower().startswith(words)
        return Filtered(by, "malware", grave=True) if found else None

    return read


def _yahoo(value: str) -> Filtered | None:
    return Filtered("Yahoo", "bulk") if value.strip() else None


_READERS: Mapping[str, Callable[[str], Filtered | None]] = MappingProxyType(
    {
        "x-amavis-alert": _infected("Amavis", "infected", "banned"),
        "x-barracuda-spam-status": _status("Barracuda"),
        _MICROSOFT: _microsoft,
        "x-gm-phishy": _google("phishing"),
        "x-gm-spam": _google("spam"),
        "x-proofpoint-spam-details": _proofpoint,
        "x-rspamd-action": _rspamd_action,
        "x-spam-flag": _flag,
        "x-spam-hits": _hits,
        "x-spam-status": _status("SpamAssassin"),
        "x-spamd-result": _rspamd,
        "x-ui-filterresults": _united_internet,
        "x-virus-status": _infected("The virus scanner", "infected", "yes"),
        "x-yahoofilteredbulk": _yahoo,
    }
)
