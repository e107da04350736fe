"""Has schemathesis hold a service that runs against the committed document."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "openapi" / "openapi.json"
CONFIG = HERE / "schemathesis.toml"


def asking(
    served: tuple[str, str], folder: Path, *more: str, document: Path = DOCUMENT, config: Path = CONFIG
) -> tuple[bool, str]:
    """Whether schemathesis has nothing to say against the service, and what it says.

    served: the service's address and a key. folder: where it leaves what it notes. The stream of a job's events is left
    out: it ends only when the job does.
    """
    url, key = served
    command: list[str | Path] = [
        Path(sys.executable).with_name("st"), "--config-file", config, "run", document, "--url", url,
        "-H", f"Authorization: Bearer {key}", "--seed", "1", "--no-color", "--no-shrink",
        "--warnings", "off", "--exclude-operation-id", "stream_job_events", *more,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"}
    )
    said = "\n".join(line[:500] for line in done.stdout.splitlines())
    return done.returncode == 0, said + done.stderr[-2000:]
