"""``inboxwatch forget``: erase a person from what is kept, and say what is out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import Struct

from inboxwatch.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from inboxwatch.config.schema import Config
    from inboxwatch.core.forgetting import Eraser
    from inboxwatch.model.customer import Customer
    from inboxwatch.model.message import Address
    from inboxwatch.model.person import Forgettable


class Named(Struct, frozen=True):
    """Whom to forget, the customers they are, and addresses of those that were not named."""

    addresses: tuple[Address, ...]
    customers: tuple[Customer, ...]
    others: tuple[str, ...]


def forget(
    address: Annotated[
        list[str], typer.Argument(metavar="ADDRESS...", help="The addresses of one person.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, change nothing.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a person: their mails, texts, replies, notes, and whatever names them.

    It cannot be taken back. What lies outside the state and the log is told, not touched:
    the mailboxes, your customer lists, backups, reports that were written.

    Examples:

      inboxwatch forget ann@example.org --dry-run

      inboxwatch forget ann@example.org ann.miller@work.example --yes
    """
    from inboxwatch.cli.kept import forget_config
    from inboxwatch.cli.policies import read_config
    from inboxwatch.cli.screen import columns, echo, show, write_line
    from inboxwatch.core.forgetting import Eraser
    from inboxwatch.render.json import to_line
    from inboxwatch.render.keeping import forget_lines

    written = read_config(config)
    named = _named(address, written, config, asking=not (yes or dry_run))
    person = _person(named, written)
    fields, terms = _looked(person, written, config)
    fields["also"] = list(named.others)
    if not dry_run and not _wanted(fields, yes=yes):
        echo("Nothing was erased.")
        return
    if not dry_run:
        forget_config(written.source)
        fields |= _erase(person, written, config, Eraser(terms))
    if as_json:
        write_line(to_line(fields))
        return
    show(forget_lines(fields, width=columns()))


def _named(texts: Sequence[str], config: Config, explicit: Path | None, *, asking: bool) -> Named:
    """Whom the addresses mean. Raises UsageError for what is none, or one of ours."""
    from inboxwatch.cli.register import open_register
    from inboxwatch.config.terms import build_goodwill
    from inboxwatch.core.goodwill import is_ours
    from inboxwatch.core.message.address import AddressError, parse_address
    from inboxwatch.errors import UsageError

    found = []
    for text in texts:
        try:
            found.append(parse_address(text))
        except AddressError as error:
            step = "name whole addresses: ann@example.org"
            raise UsageError(f"{text!r} is no address: {error}", next_step=step) from None
    limits = build_goodwill(config)
    for one in found:
        if is_ours(one.exact, limits):
            raise UsageError(f"{one.exact} is an address of yours", next_step="name a customer's")
    with open_register(explicit) as register:
        known = (register.known.around(one).by_address.get(one.exact) for one in found)
        customers = tuple({one.id: one for one in known if one}.values())
    exact = {one.exact for one in found}
    others = [mail for one in customers for mail in one.emails if mail not in exact]
    taken = [mail for mail in others if asking and _as_well(mail)]
    found += [parse_address(mail) for mail in taken]
    return Named(tuple(found), customers, tuple(one for one in others if one not in taken))


def _as_well(address: str) -> bool:
    """Whether the person at the terminal wants another address of a customer forgotten."""
    from inboxwatch.cli.questions import somebody_there, stopping
    from inboxwatch.core.text import one_line

    if not somebody_there():
        return False
    with stopping():
        return typer.confirm(f"{one_line(address, 80)} is theirs as well. Forget it too?", err=True)


def _person(named: Named, config: Config) -> Forgettable:
    from inboxwatch.model.person import Forgettable

    left = set(named.others)
    team = (config.team.name, config.team.sign)
    return Forgettable(
        addresses=frozenset(one.canonical for one in named.addresses),
        exact=frozenset(one.exact for one in named.addresses),
        names=frozenset(one.name for one in named.customers),
        customers=frozenset(one.id for one in named.customers if left.isdisjoint(one.emails)),
        spared=frozenset(one.casefold() for one in team),
    )


def _looked(
    person: Forgettable, config: Config, explicit: Path | None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What there is to erase, found on a copy of the state, and what is out of reach.

    Also the addresses and names by which they stand in the log.
    """
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.config.customers import places_of
    from inboxwatch.core.forgetting import Eraser
    from inboxwatch.store.backup import replaced_states
    from inboxwatch.store.customer_import import forget_imported
    from inboxwatch.store.sqlite import scratch_journal

    with open_records(explicit) as records:
        now = records.clock.now()
    with scratch_journal(config.state.path, create=False) as journal:
        erased = journal.erase(person, now)
    eraser = Eraser(erased.terms)
    addresses = Eraser([*person.exact, *person.addresses])
    files = (*config.customers.files, config.source)
    fields: dict[str, Any] = {
        "type": "forget",
        "dry_run": True,
        "addresses": sorted(person.exact),
        "counts": dict(sorted(erased.counts.items())),
        "imported": forget_imported(config.customers_path, person.exact, dry_run=True),
        "waiting": erased.waiting,
        "log_lines": sum(_log_lines(config, eraser, dry_run=True)),
        "written": list(places_of(files, addresses.has)),
        "backups": [str(one) for one in replaced_states(config.state.path)],
    }
    return fields, erased.terms


def _wanted(fields: dict[str, Any], *, yes: bool) -> bool:
    """Whether to go on. Raises UsageError where nobody can be asked."""
    from inboxwatch.cli.questions import somebody_there, stopping
    from inboxwatch.cli.screen import columns, show
    from inboxwatch.errors import UsageError
    from inboxwatch.render.keeping import forget_lines

    if yes:
        return True
    if not somebody_there():
        raise UsageError(
            "nobody is there to say whether to go on", next_step="add --yes, or see --dry-run first"
        )
    show(forget_lines(fields, width=columns()), stderr=True)
    with stopping():
        return typer.confirm("Erase this? It cannot be taken back.", err=True)


def _erase(
    person: Forgettable, config: Config, explicit: Path | None, eraser: Eraser
) -> dict[str, Any]:
    """Erase it all, the state last: killed before, it can be told to do so again."""
    from inboxwatch.app.desk import log
    from inboxwatch.cli.logs import close_log, open_log
    from inboxwatch.cli.wiring import hold_state
    from inboxwatch.store.customer_import import forget_imported
    from inboxwatch.store.leftovers import remove_copies, remove_scratch
    from inboxwatch.store.sqlite import open_journal

    with hold_state(explicit, logged=False) as (_, clock):
        lines = sum(_log_lines(config, eraser, dry_run=False))
        imported = forget_imported(config.customers_path, person.exact)
        with open_journal(config.state.path, create=False) as journal:
            erased = journal.erase(person, clock.now())
            journal.overwrite()
        remove_copies(config.state.path.resolve(), older=0)
        remove_scratch()
        open_log(config.log_path)
        log.info("somebody was forgotten: %d mails", erased.counts.get("mail", 0))
        close_log()
    counts = dict(sorted(erased.counts.items()))
    return {"dry_run": False, "counts": counts, "imported": imported, "log_lines": lines}


def _log_lines(config: Config, eraser: Eraser, *, dry_run: bool) -> Iterator[int]:
    """How many lines of each log file name the person; without ``dry_run`` they do no more."""
    from inboxwatch.config.log_file import ROTATED
    from inboxwatch.store.files import write_private

    for suffix in ROTATED:
        path = config.log_path.with_name(config.log_path.name + suffix)
        if not path.is_file():
            continue
        lines = path.read_bytes().decode("utf-8", "surrogateescape").split("\n")
        found = sum(map(eraser.has, lines))
        if found and not dry_run:
            text = "\n".join(map(eraser.without, lines))
            write_private(path, text.encode("utf-8", "surrogateescape"))
        yield found
