"""What people of the team wrote, in memory: half of the journal of ``memory_journal``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from inboxwatch.core.message.topic import continued_topic, topic_of
from inboxwatch.core.triage.alike import is_same_text
from inboxwatch.model.conversation import HumanAnswer, Repeated

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from inboxwatch.model.conversation import OwnMail

TWO_WEEKS = timedelta(days=14)


@dataclass
class _Sent:
    original: int
    text: str
    author: str
    at: datetime


class Answered(Struct, frozen=True):
    """An answer in one conversation: whom it counts for, and the mails up to which instant."""

    at: datetime
    author: str
    parties: frozenset[str]
    covers: datetime
    repeats: bool = False
    by_mail: bool = False


@dataclass
class MemoryOwn:
    """Answers, subjects, and the texts that went to somebody."""

    answers: defaultdict[int, list[Answered]] = field(default_factory=lambda: defaultdict(list))
    parents: set[str] = field(default_factory=set)
    topics: dict[tuple[str, str], dict[int, datetime]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    own_ids: set[str] = field(default_factory=set)
    texts: defaultdict[str, dict[int, _Sent]] = field(default_factory=lambda: defaultdict(dict))
    own_count: int = 0

    def answers_of(self, conversations: Collection[int]) -> tuple[HumanAnswer, ...]:
        return tuple(
            sorted(
                {
                    answer
                    for one in conversations
                    for answer in sorted(
                        {HumanAnswer(each.at, each.author) for each in self.answers[one]},
                        reverse=True,
                    )[:100]
                }
            )
        )

    def add_topic(self, conversation: int, party: str, subject: str, at: datetime) -> None:
        topic = topic_of(subject)
        if party and topic:
            known = self.topics[party, topic]
            known[conversation] = max(at, known.get(conversation, at))

    def by_topic(self, party: str, subject: str, now: datetime) -> set[int]:
        topic = continued_topic(subject)
        found = [
            (at, conversation)
            for conversation, at in self.topics.get((party, topic), {}).items()
            if abs(at - now) < TWO_WEEKS
        ]
        return {max(found)[1]} if found and party and topic else set()

    def keep_texts(self, mail: OwnMail) -> bool:
        """Keep whom a mail went to; whether anybody had its text before."""
        self.own_count += 1
        return bool(sum(self._keep_text(mail, party) for party in mail.recipients))

    def _keep_text(self, mail: OwnMail, party: str) -> bool:
        earlier = [self.texts[party][one] for one in sorted(self.texts[party], reverse=True)[:20]]
        original = next(
            (one.original for one in earlier if is_same_text(one.text, mail.text)), self.own_count
        )
        sent = _Sent(original, mail.text, mail.author, mail.at)
        self.texts[party][self.own_count] = sent
        return original != self.own_count

    def repeated_to(self, party: str) -> Repeated | None:
        groups: defaultdict[int, list[_Sent]] = defaultdict(list)
        for sent in self.texts[party].values():
            groups[sent.original].append(sent)
        often = [(-len(group), original) for original, group in groups.items() if len(group) > 1]
        if not often:
            return None
        group = groups[min(often)[1]]
        return Repeated(len(group), len({one.author for one in group}), min(o.at for o in group))
