"""Where an embedded cluster and its socket lie, and whose they are."""

import os
import pwd
import tempfile
from pathlib import Path

from app.infra.embedded.launching import Account, EmbeddedPostgresError

# The smaller of the limits on a socket's path (macOS 103, Linux 107), less "/.s.PGSQL.5432".
SOCKET_FOLDER_BYTES = 103 - len("/.s.PGSQL.5432")
# Where a root's cluster goes when the server's account cannot reach the data folder.
AWAY = Path("/var/lib/key-account-program")


def server_account(data_dir: Path) -> Account | None:
    """Whom the server runs as: ourselves, or when we are root the data's owner, else one that every system has."""
    if os.geteuid() != 0:
        return None
    data = data_dir / "postgres" / "data"
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to run it as:"
        " start as an ordinary user, or set DATABASE_URL"
    )


def home_of(data_dir: Path, account: Account | None, *, durable: bool) -> Path:
    """The cluster's own folder, made on first use: in the data folder, or one it links to if that cannot be reached."""
    if account is not None:
        _let_through(data_dir)
    home = data_dir / "postgres"
    if home.is_symlink() and not home.exists():
        raise EmbeddedPostgresError(f"{home} leads to {home.readlink()}, which is gone: restore it, or remove the link")
    if not home.exists():
        if account is None or account.reaches(data_dir.resolve()):
            home.mkdir(mode=0o711)
        else:
            home.symlink_to(_home_away(durable=durable))
    if account is not None and not account.reaches(home.resolve()):
        raise EmbeddedPostgresError(
            f"The account that owns the database (uid {account.uid}) cannot reach {home.resolve()}:"
            " move the data folder (KAP_DATA_DIR) out of the closed one"
        )
    return home.resolve()


def socket_folder(home: Path, account: Account | None) -> Path:
    """The private folder of the server's socket: in the cluster's if its path is short enough, else a temporary one.

    It is written down, so that a joining process finds it and a restart keeps the same address.
    """
    record = home / "socket-folder"
    folder = home / "run"
    if not _fits(folder):
        folder = _temporary_socket_folder(record, account)
    folder.mkdir(mode=0o700, exist_ok=True)
    hand_over(folder, account)
    write_privately(record, str(folder))
    return folder


def hand_over(path: Path, account: Account | None) -> None:
    """Give `path` to the server's account, if that is not ours."""
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def write_privately(path: Path, text: str) -> None:
    """Replace a private file whole: it is never seen half-written."""
    new = path.with_name(f"{path.name}~")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600, exist_ok=False)
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _let_through(data_dir: Path) -> None:
    # Search only, and our own folder alone: what it holds cannot be listed, and secrets in it are 0600.
    mode = data_dir.stat().st_mode & 0o7777
    if mode & 0o011 != 0o011:
        data_dir.chmod(mode | 0o011)


def _home_away(*, durable: bool) -> str:
    """A new folder that any account can reach, rather than to open the parents of the data folder."""
    if durable:
        AWAY.mkdir(mode=0o711, parents=True, exist_ok=True)
    away = tempfile.mkdtemp(prefix="kap-", dir=AWAY if durable else None)
    Path(away).chmod(0o711)
    return away


def _fits(folder: Path) -> bool:
    # PostgreSQL and asyncpg both read a comma as the start of the next folder.
    return len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES and not set(',"') & set(str(folder))


def _temporary_socket_folder(record: Path, account: Account | None) -> Path:
    owner = account.uid if account else os.geteuid()
    if record.exists():
        folder = Path(record.read_text(encoding="utf-8"))
        # Never a folder, or a link to one, that another account has put in its place.
        if _fits(folder) and not folder.is_symlink() and (not folder.exists() or folder.stat().st_uid == owner):
            return folder
    temporary = Path(tempfile.gettempdir()).resolve()
    short = _fits(temporary / "kap-12345678") and (account is None or account.reaches(temporary))
    return Path(tempfile.mkdtemp(prefix="kap-", dir=temporary if short else "/tmp"))  # noqa: S108 - a random private name
