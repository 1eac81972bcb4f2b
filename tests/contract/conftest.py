"""What the suites of one port share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.abilities import lacking
from tests.support.accounts import KINDS, USERS, param
from tests.support.courier import courier
from tests.support.cyrus import cyrus
from tests.support.dovecot import dovecot
from tests.support.memory_journal import MemoryJournal

from inboxwatch.store.sqlite import open_journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.accounts import Server
    from tests.support.courier import Courier
    from tests.support.cyrus import Cyrus
    from tests.support.dovecot import Dovecot

    from inboxwatch.ports import Journal


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    opened: Journal
    opened = MemoryJournal() if request.param == "memory" else open_journal(tmp_path / "state.db")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    with dovecot(users=USERS) as server:
        yield server


@pytest.fixture(scope="session")
def cyrus_server() -> Iterator[Cyrus]:
    with cyrus(users=USERS) as server:
        yield server


@pytest.fixture(scope="session")
def courier_server() -> Iterator[Courier]:
    with courier(users=USERS) as server:
        yield server


@pytest.fixture(scope="session")
def fresh_users() -> dict[str, Iterator[str]]:
    """For each kind of server, users whom no test had before, in this process."""
    return {kind: iter(USERS) for kind in KINDS}


@pytest.fixture(params=[param(kind) for kind in KINDS])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """An account on each kind of server; what a server lacks, it has to be seen to lack."""
    for mark in request.node.iter_markers("needs"):
        for lack in lacking(request.param, *mark.args):
            request.applymarker(pytest.mark.xfail(reason=lack.why, strict=True))
    with KINDS[request.param](request) as built:
        yield built
        built.account.close()
