"""What is done before the workers are forked leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.pool import QueuePool

from reporter.warming import warm
from sifra.database import reading
from sifra.tables import cases, spent
from tests.reporter.installation import Installation


def test_nothing_is_stored(installed: Installation) -> None:
    warm(installed.app)
    with reading(installed.engine) as connection:
        for table in (cases, spent):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    assert installed.erasure.ids() == frozenset()


def test_no_connection_outlives_it(installed: Installation) -> None:
    installed.visitor().get("/nb/tip")
    warm(installed.app)
    for engine in (installed.site.store._engine, installed.site.store._erasure._engine):
        pool = engine.pool
        assert isinstance(pool, QueuePool)
        assert (pool.checkedin(), pool.checkedout()) == (0, 0)


def test_open_files_are_those_from_before(installed: Installation) -> None:
    home = str(installed.settings.home.path)
    warm(installed.app)
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    ours = [link for link in links if str(link.readlink()).startswith(home)]
    assert len(ours) == 0
