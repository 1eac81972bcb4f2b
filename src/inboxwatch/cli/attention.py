"""``inboxwatch attention``: what needs a person now, and the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from inboxwatch.cli.options import AccountOption, ConfigOption, JsonOption, OwnerOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from inboxwatch.cli.wiring import Records
    from inboxwatch.core.attention import Item, Person


def attention(
    config: ConfigOption = None,
    account: AccountOption = None,
    owner: OwnerOption = None,
    every: Annotated[bool, typer.Option("--all", help="What was put off as well.")] = False,
    fail_on: Annotated[
        Literal["attention"] | None,
        typer.Option("--fail-on", help="Exit code 20 when anything needs a person: for cron."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what needs a person now: escalations, promises due or broken, and open surges.

    An escalation stays until a person has answered the customer, or
    inboxwatch done says that it was dealt with. The same text again is no answer.
    The gravest come first.

    Examples:

      inboxwatch attention

      inboxwatch attention --owner Kim

      inboxwatch attention --fail-on attention --json
    """
    from inboxwatch.app.attention import awake, gather, unanswered_surges
    from inboxwatch.cli.doors import require_accounts
    from inboxwatch.cli.screen import columns, cuts, show, write_line
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.config.terms import build_schedule
    from inboxwatch.core.attention import gravest, item_fields
    from inboxwatch.errors import ExitCode
    from inboxwatch.render.json import to_line

    with open_records(config) as records:
        require_accounts(records.config, account)
        now, schedule = records.clock.now(), build_schedule(records.config)
        found = gather(records.journal, now, lambda: schedule)
        surges = () if owner else unanswered_surges(records.journal, now)
        all_owners = [one for one in (*found, *surges) if _is_asked_for(one, account, None)]
        items = [one for one in all_owners if _is_asked_for(one, account, owner)]
        waking = awake(items)
        about = list(_people(records, items if every else waking))
    shown = [item_fields(one, now, person) for one, person in gravest(about)]
    if as_json:
        for fields in shown:
            write_line(to_line(fields))
    else:
        from inboxwatch.render.cases import attention_lines, attention_total

        show(attention_lines(shown, now, width=columns(), cut=cuts()))
        put_off, others = len(items) - len(waking), len(all_owners) - len(items)
        show(attention_total(len(waking), put_off, others, every=every))
    if fail_on and waking:
        raise typer.Exit(ExitCode.ATTENTION)


def _is_asked_for(item: Item, account: list[str] | None, owner: str | None) -> bool:
    """A surge is no single account's."""
    if account and item.account and item.account not in account:
        return False
    return owner is None or item.standing.owner.casefold() == owner.strip().casefold()


def _people(records: Records, items: Iterable[Item]) -> Iterator[tuple[Item, Person]]:
    """Whom each item is about, and the priority of its mail as of now."""
    from inboxwatch.cli.stored import stored_fields, wanted_priorities
    from inboxwatch.config.terms import build_waiting
    from inboxwatch.core.attention import UNKNOWN, Person
    from inboxwatch.core.waiting import as_of

    now, terms = records.clock.now(), build_waiting(records.config)
    wanted = wanted_priorities(records.journal)
    for item in items:
        mail = records.journal.mail(item.mail_id) if item.mail_id is not None else None
        if mail is None:
            yield item, UNKNOWN
            continue
        fields: Mapping[str, Any] = as_of(stored_fields(mail), terms, now, wanted.get(mail.id))
        customer = fields.get("customer") or {}
        name, vip = str(customer.get("name") or ""), bool(customer.get("vip"))
        yield item, Person(name, vip, fields["priority"])
