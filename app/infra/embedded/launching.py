"""How a PostgreSQL program is started: as an unprivileged account, alone in its session, and ended with us."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# Runs between fork and exec, in an interpreter of its own: Python code in a forked child of a process with threads
# may deadlock, and Linux forgets the parent-death signal when the account changes, so it has to be set after that.
_LAUNCHER = """
import os, signal, sys
if sys.platform == "linux":
    import ctypes
    prctl = ctypes.CDLL(None).prctl  # before the account changes: it may not be able to read our library
parent, uid, gid, *command = sys.argv[1:]
if uid != "-":
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
if sys.platform == "linux":
    prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG: a fast shutdown
    if os.getppid() != int(parent):
        sys.exit("the process that started this one is gone")
os.execv(command[0], command)
"""
# No more than programs need to start: the environment holds secrets, and PG* variables would change settings.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be had; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged account that a root runs the server as."""

    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Whether it may pass every folder down to `path`, and search or run that too. `path` is absolute, no link."""
        return all(self._may_search(place.stat()) for place in (path, *path.parents))

    def _may_search(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.gid else 0o001))


def launch(
    account: Account | None, command: list[str], *, cwd: Path, stdin: int, output: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start `command`, whose end is then bound to the life of the calling *thread* (Linux)."""
    uid, gid = (str(account.uid), str(account.gid)) if account else ("-", "-")
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own binaries
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), uid, gid, *command],
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env={name: os.environ[name] for name in _KEPT if name in os.environ} | {"LC_ALL": "C"},
        start_new_session=True,  # Ctrl-C in the terminal is for us: the server goes after our last transaction
    )


def explained(said: str, home: Path) -> str:
    """What a program's last words mean."""
    if "No space left on device" in said or "Check free disk space" in said:
        return f"The disk that holds {home} is full"
    last = "\n".join(said.strip().splitlines()[-8:])
    return f"PostgreSQL did not start in {home}. Its last words:\n{last}"


@contextmanager
def plain_errors(data_dir: Path) -> Iterator[None]:
    """Turn what the file system refuses into a message that a user can act on."""
    try:
        yield
    except OSError as refused:
        where = refused.filename or data_dir
        if refused.errno in {errno.ENOSPC, errno.EDQUOT}:
            message = f"The disk that holds {where} is full"
        elif refused.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            message = (
                f"The data folder {data_dir} cannot be used by this account ({refused.strerror}: {where}):"
                " start as the one that made it, or choose another folder (KAP_DATA_DIR)"
            )
        else:
            message = f"The data folder {data_dir} cannot be used ({refused.strerror}: {where})"
        raise EmbeddedPostgresError(message) from refused
