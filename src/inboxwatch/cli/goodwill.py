"""``inboxwatch goodwill``: credits proposed to customers, and who approved them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from inboxwatch.cli.boundary import guarded
from inboxwatch.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from inboxwatch.model.playbook import Goodwill, GoodwillPolicy, GoodwillState
    from inboxwatch.ports import Journal

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The number that list shows.")]
Approver = Annotated[str, typer.Option("--by", help="Who decides: one of goodwill.approvers.")]

group = typer.Typer(no_args_is_help=True)


@group.callback()
def goodwill() -> None:
    """Credits that are proposed to customers: within written limits, approved by a person.

    The program grants none, and tells no customer an amount.

    Examples:

      inboxwatch goodwill propose 33 25 --by Kim

      inboxwatch goodwill approve 4 --by Jo
    """


def propose(
    mail_id: Annotated[int, typer.Argument(metavar="ID", help="The number that queue shows.")],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="How much, such as 25.")],
    by: Annotated[
        str, typer.Option("--by", help="Who proposes it; else your login name.", show_default=False)
    ] = "",
    note: Annotated[
        str, typer.Option("--note", help="Why; for the team alone.", show_default=False)
    ] = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a credit for the customer of a mail. It grants nothing and tells nobody.

    Example:

      inboxwatch goodwill propose 33 25 --by Kim --note "90 minutes late"
    """
    from inboxwatch.app.people import credits_of, whole
    from inboxwatch.cli.register import open_register
    from inboxwatch.cli.stored import stored_fields, stored_mail
    from inboxwatch.cli.wiring import open_state
    from inboxwatch.config.terms import build_goodwill
    from inboxwatch.core.goodwill import customer_id, is_ours, not_for, why_not
    from inboxwatch.core.text import one_line
    from inboxwatch.errors import UsageError
    from inboxwatch.model.playbook import Offer

    who = _proposer(by)
    with open_register(config) as register, open_state(config) as records:
        mail = stored_mail(records.journal, mail_id)
        fields = stored_fields(mail)
        if refused := not_for({**fields, "automatic": mail.automatic}):
            raise UsageError(refused, next_step=f"inboxwatch explain {mail_id} shows why")
        known, limits = register.known, build_goodwill(records.config)
        if is_ours(mail.sender, limits):
            raise UsageError(
                f"{mail.sender} wrote mail #{mail_id}: that is no customer but one of you",
                next_step="inboxwatch queue shows the customers' mails",
            )
        asked = whole(known, mail.sender, customer_id(fields))
        now = records.clock.now()
        offer = Offer(_amount(amount), limits.currency, now, who, one_line(note, 400))

        def permit(ledger: Sequence[Goodwill]) -> str:
            return why_not(offer, credits_of(ledger, known, asked), limits)

        made = records.journal.propose(mail_id, offer, permit)
    if isinstance(made, str):
        raise UsageError(made, next_step="inboxwatch goodwill list shows the ledger")
    _tell([made], now, as_json=as_json)


def _proposer(by: str) -> str:
    """Who proposes: whom ``--by`` names, else the login name, which is told."""
    from getpass import getuser

    from inboxwatch.cli.boundary import say
    from inboxwatch.core.text import one_line
    from inboxwatch.errors import UsageError

    if named := one_line(by, 60):
        return named
    try:
        name = one_line(getuser(), 60)
    except (OSError, KeyError):
        name = ""
    if not name:
        raise UsageError("nobody proposes it", next_step="say who: --by NAME")
    say(f"  {name} is the login name; --by names somebody else")
    return name


def approve(
    number: Number, by: Approver, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Approve a proposal, by name. A person grants it then, and tells the customer.

    Example:

      inboxwatch goodwill approve 4 --by Jo
    """
    from inboxwatch.model.playbook import GoodwillState

    _decide(number, by, config, GoodwillState.APPROVED, as_json=as_json)


def decline(
    number: Number, by: Approver, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Decline a proposal, by name.

    Example:

      inboxwatch goodwill decline 4 --by Jo
    """
    from inboxwatch.model.playbook import GoodwillState

    _decide(number, by, config, GoodwillState.DECLINED, as_json=as_json)


def listed(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show the ledger: what was proposed to whom, and who decided.

    Example:

      inboxwatch goodwill list
    """
    from inboxwatch.cli.wiring import open_records

    with open_records(config) as records:
        found, now = records.journal.goodwills(), records.clock.now()
    _tell(found, now, as_json=as_json)


def _amount(text: str) -> Decimal:
    from inboxwatch.errors import UsageError

    point = "," in text and "." not in text
    try:
        written = Decimal(text.replace(",", ".") if point else text)
        amount = written.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise UsageError(f"{text!r} is no amount", next_step="write 25 or 12.50") from None
    if not written.is_finite():
        raise UsageError(f"{text!r} is no amount", next_step="write 25 or 12.50")
    if amount != written:
        raise UsageError(f"{text!r} has more than two decimals", next_step="write 25 or 12.50")
    return amount


def _decide(
    number: int, by: str, config: Path | None, state: GoodwillState, *, as_json: bool
) -> None:
    from inboxwatch.cli.wiring import open_state
    from inboxwatch.config.terms import build_goodwill
    from inboxwatch.errors import UsageError
    from inboxwatch.model.playbook import GoodwillState

    with open_state(config) as records:
        limits, now = build_goodwill(records.config), records.clock.now()
        names = limits.approvers
        who = {name.casefold(): name for name in names}.get(" ".join(by.split()).casefold())
        if who is None:
            known = ", ".join(names) or "nobody: set goodwill.approvers"
            raise UsageError(f"{by!r} may not decide that", next_step=f"those who may: {known}")
        if state is GoodwillState.APPROVED:
            _hold_limits(records.journal, number, limits)
        done = records.journal.decide_goodwill(number, state, who, now)
    if done is None:
        raise UsageError(
            f"there is no open proposal {number}", next_step="inboxwatch goodwill list shows them"
        )
    _tell([done], now, as_json=as_json)


def _hold_limits(journal: Journal, number: int, limits: GoodwillPolicy) -> None:
    """Raise UsageError for an open proposal beyond the limits as they are by now."""
    from inboxwatch.core.goodwill import not_approved
    from inboxwatch.errors import UsageError
    from inboxwatch.model.playbook import GoodwillState

    ledger = {one.id: one for one in journal.goodwills() if one.state is GoodwillState.PROPOSED}
    if number in ledger and (refused := not_approved(ledger[number].offer, limits)):
        step = f"inboxwatch goodwill decline {number} --by NAME, then propose another"
        raise UsageError(f"proposal {number} cannot be approved: {refused}", next_step=step)


def _tell(found: Iterable[Goodwill], now: datetime, *, as_json: bool) -> None:
    from inboxwatch.cli.screen import columns, show, write_line
    from inboxwatch.core.goodwill import goodwill_fields
    from inboxwatch.render.json import to_line

    rows = [goodwill_fields(one, now) for one in found]
    if as_json:
        for fields in rows:
            write_line(to_line(fields))
        return
    from inboxwatch.render.cases import goodwill_lines

    show(goodwill_lines(rows, width=columns()))


group.command()(guarded(propose))
group.command()(guarded(approve))
group.command()(guarded(decline))
group.command("list")(guarded(listed))
