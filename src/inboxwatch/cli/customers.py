"""``inboxwatch customers``: whom the team knows: imported, looked up, and noted about."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inboxwatch.cli.boundary import guarded
from inboxwatch.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inboxwatch.cli.register import Register
    from inboxwatch.errors import Problem
    from inboxwatch.model.customer import Customer

LISTED = 50
"""Customers that are listed for a person unless they want more."""

SHOWN_MAILS = 10
"""Mails of somebody that are shown to a person."""

SHOWN_PROBLEMS = 50
"""Problems of one file that are told one by one; all of them with --json."""

WhoArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS|ID", help="An address, or the id of a customer.")
]

group = typer.Typer(
    help="Customers: import lists, look people up, note something about them.\n\n"
    "Example:\n\n  inboxwatch customers import customers.csv",
    no_args_is_help=True,
)


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="CSV, JSON lines or vCard 3.0 and 4.0."),
    ],
    config: ConfigOption = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Forget imported customers who are in no FILE.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import customers from files, beside those that the configuration lists.

    Who is there under the same id is brought up to date, everybody else stays.
    A row that is wrong is reported with its line and left out; the rest is taken.
    With --replace nobody is forgotten while any row is wrong, and a file that
    cannot be read, or holds no customer, changes nothing.
    All of an import counts from one moment on, or nothing of it.

    Examples:

      inboxwatch customers import customers.csv contacts.vcf

      inboxwatch customers import --replace crm.jsonl
    """
    from inboxwatch.cli.register import open_import
    from inboxwatch.cli.screen import echo, write_line
    from inboxwatch.config.imports.reading import read_customers
    from inboxwatch.render.json import to_line

    problems = _Problems(as_json=as_json, replacing=replace)
    with open_import(config, problems.tell, replace=replace) as into:
        for path in files:
            found = False
            for line, customer in read_customers(path, into.report):
                into.add(customer, str(path), line)
                found = True
            if replace and not found:
                problems.refuse(path)
        done = into.finish()
    if as_json:
        left_out = sum(problems.told.values())
        fields = {"schema": 1, "type": "import", "new": done.new, "updated": done.updated}
        write_line(to_line({**fields, "total": done.total, "problems": left_out}))
    else:
        told = f"{done.new:,} new, {done.updated:,} brought up to date"
        echo(f"Customers imported: {told}; {done.total:,} in all.")
        if done.new or done.updated:
            echo("Mail judged before keeps its judgement; mail from now on is judged with them.")
    problems.leave()


class _Problems:
    """Tells problems as they are found, and counts them by file."""

    def __init__(self, *, as_json: bool, replacing: bool) -> None:
        self.told: Counter[str] = Counter()
        self._as_json = as_json
        self._kept = " and nobody was forgotten" if replacing else ""

    def tell(self, problem: Problem) -> None:
        from inboxwatch.cli.boundary import say
        from inboxwatch.cli.screen import write_line
        from inboxwatch.render.json import to_line

        self.told[problem.file] += 1
        if self._as_json:
            write_line(
                to_line(
                    {
                        "schema": 1,
                        "type": "problem",
                        "file": problem.file,
                        "line": problem.line,
                        "message": problem.message,
                        "next_step": problem.next_step,
                    }
                )
            )
        elif self.told[problem.file] <= SHOWN_PROBLEMS:
            say(f"  {problem}")

    def refuse(self, path: Path) -> None:
        """Raise IncompleteError for a file of nobody in place of everybody who is there."""
        from inboxwatch.errors import IncompleteError

        self._count()
        raise IncompleteError(
            f"nothing was changed: {path} holds no customer, and --replace would forget them all",
            next_step="look at the file's name and its first line",
        )

    def leave(self) -> None:
        """End with code 3 if there were any."""
        from inboxwatch.cli.boundary import fail
        from inboxwatch.errors import IncompleteError

        self._count()
        if number := sum(self.told.values()):
            step = "mend what is named and import the files again"
            noun = "problem" if number == 1 else "problems"
            told = f"{number:,} {noun}: what is named was left out, the rest was imported"
            fail(IncompleteError(told + self._kept, next_step=step), as_json=self._as_json)

    def _count(self) -> None:
        """Tell a person how many problems were not told one by one."""
        from inboxwatch.cli.boundary import say

        for file, number in self.told.items():
            if number > SHOWN_PROBLEMS and not self._as_json:
                say(f"  {file}: {number - SHOWN_PROBLEMS:,} more problems, all with --json")


def list_(
    config: ConfigOption = None,
    search: Annotated[
        str,
        typer.Option("--search", help="Only with this in id, name, address, domain, tag or note."),
    ] = "",
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            max=1_000_000_000,
            help=f"At most so many; else {LISTED}, and all with --json.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List customers, those of the configuration and the imported ones, by their ids.

    A star marks a VIP.

    Examples:

      inboxwatch customers list --search shaw

      inboxwatch customers list --json
    """
    from inboxwatch.app.people import customer_fields
    from inboxwatch.cli.register import open_register
    from inboxwatch.cli.screen import show, write_line
    from inboxwatch.render.json import to_line

    wanted = limit if limit or as_json else LISTED
    with open_register(config) as register:
        holders = _noted(search.strip(), config)
        total, found = _found(register, search.strip(), holders, wanted)
        if as_json:
            for customer in found:
                write_line(to_line(customer_fields(customer)))
            return
        from inboxwatch.render.people import customer_line, customers_head, customers_total

        lines = [customer_line(customer_fields(customer)) for customer in found]
    show([*customers_head(lines), *lines, customers_total(len(lines), total, search.strip())])


def _noted(search: str, config: Path | None) -> tuple[str, ...]:
    """The holders of notes that hold a text."""
    from inboxwatch.cli.wiring import open_records

    if not search:
        return ()
    with open_records(config, from_run=False) as records:
        return tuple(records.journal.noted(search))


def _found(
    register: Register, search: str, holders: Iterable[str], limit: int | None
) -> tuple[int, Iterator[Customer]]:
    """How many customers hold a text, or are among the holders of a note, and the first of them."""
    from heapq import merge
    from itertools import islice

    from inboxwatch.app.people import by_id, noted_about

    total, imported = register.imported.find(search, limit)
    known = {one.id: one for one in noted_about(register.known, holders)}
    listed = [one for one in register.listed.everybody() if _holds(one, search.casefold())]
    own = {one.id: one for one in listed}
    more = [
        one for one in known.values() if one.id not in own and not (_holds(one, search.casefold()))
    ]
    beside = sorted((*listed, *more), key=by_id)
    return total + len(beside), islice(merge(beside, imported, key=by_id), limit)


def _holds(customer: Customer, folded: str) -> bool:
    values = (customer.id, customer.name, *customer.emails, *customer.domains, *customer.tags)
    return any(folded in value.casefold() for value in (*values, customer.notes))


def show(
    who: WhoArgument,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is known of somebody: customer, notes, what waits, promises, goodwill, mails.

    Examples:

      inboxwatch customers show ann@shaw.example

      inboxwatch customers show c-17 --json
    """
    from inboxwatch.app.people import find, look, person_fields
    from inboxwatch.cli.register import open_register
    from inboxwatch.cli.screen import columns, write_line
    from inboxwatch.cli.screen import show as show_lines
    from inboxwatch.cli.stored import present_priority
    from inboxwatch.cli.wiring import open_records
    from inboxwatch.errors import UsageError
    from inboxwatch.render.json import to_line

    with open_register(config) as register, open_records(config, from_run=False) as records:
        asked, priority_of = find(register.known, who), present_priority(records)
        person = look(records.journal, register.known, asked, priority_of)
        now = records.clock.now()
    if not person.is_known:
        raise UsageError(
            f"nothing is known of {who!r}", next_step="inboxwatch customers list shows whom we know"
        )
    fields = person_fields(person, now)
    if as_json:
        write_line(to_line(fields))
        return
    from inboxwatch.render.people import person_lines

    show_lines(person_lines(fields, now, shown=SHOWN_MAILS, width=columns()))


def note(
    who: WhoArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the team should know.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note something about somebody, for the team alone: no reply can say it.

    Example:

      inboxwatch customers note ann@shaw.example "Called: wants an invoice"
    """
    from inboxwatch.app.people import find
    from inboxwatch.app.people import note as write_down
    from inboxwatch.cli.register import open_notebook, open_register
    from inboxwatch.cli.screen import show as show_lines
    from inboxwatch.cli.screen import write_line
    from inboxwatch.render.json import to_line

    with open_register(config) as register:
        asked = find(register.known, who)
    with open_notebook(config) as records:
        now = records.clock.now()
        holder = write_down(records.journal, asked, text, now)
    customer = asked.customer.id if asked.customer else None
    fields: dict[str, Any] = {
        "schema": 1,
        "type": "note",
        "holder": holder,
        "customer": customer,
        "at": now.isoformat(),
        "text": text.strip(),
    }
    if as_json:
        write_line(to_line(fields))
        return
    from inboxwatch.render.people import noted_line

    show_lines([noted_line(fields)])


for name, command in (("import", import_), ("list", list_), ("show", show), ("note", note)):
    group.command(name)(guarded(command))
