"""A real PostgreSQL for tests: a server of its own in a temporary folder, reached through a socket in it."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

#: Who runs the server where the tests run as root, which PostgreSQL refuses; Debian's package makes this user.
UNPRIVILEGED = "postgres"
#: How long a start may take, in seconds.
PATIENCE = 60.0
_SUPERUSER = "tests"


class PostgresMissing(Exception):
    """The server cannot be started here; the message says what to do."""


class Cluster:
    """One running server; `durable` syncs to disk as an office does, else tests are faster."""

    def __init__(self, *, durable: bool = False) -> None:
        self._programs = _programs()
        self._user = UNPRIVILEGED if os.geteuid() == 0 else getpass.getuser()
        self.folder = Path(tempfile.mkdtemp(prefix="diemcau-pg-"))
        try:
            if os.geteuid() == 0:
                shutil.chown(self.folder, self._user)
            self._run("initdb", "-D", self._data, "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync")
            self._process = self._start(durable)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, a copy of `template`; its SQLAlchemy URL."""
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql+asyncpg://{_SUPERUSER}@/{name}?host={quote(str(self.folder))}"

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop at once and remove the folder."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, durable: bool) -> subprocess.Popen[bytes]:
        hurried = () if durable else ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
        with (self.folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-k", self.folder, "-c", "listen_addresses=", *hurried],
                user=self._user if os.geteuid() == 0 else None,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self.folder,
            )
        end = time.monotonic() + PATIENCE
        while subprocess.run([self._programs / "pg_isready", "-q", "-h", self.folder], check=False).returncode:
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                process.wait()
                raise PostgresMissing(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        return process

    def _sql(self, statement: str) -> None:
        self._run("psql", "-q", "-h", str(self.folder), "-U", _SUPERUSER, "-d", "postgres", "-c", statement)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            user=self._user if os.geteuid() == 0 else None,
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        if done.returncode:
            raise PostgresMissing(f"{program} failed: {done.stderr[-2000:]}")


def _programs() -> Path:
    """Where PostgreSQL's programs are.

    Raises:
        PostgresMissing: they are not installed.
    """
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda one: int(one.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise PostgresMissing("PostgreSQL is not installed. Run: sudo apt-get install --no-install-recommends postgresql")
