"""Build the project's own environment in ``.venv`` from the lock; does nothing when it is up to date.

Needs Python 3.11 or newer and nothing else: Debian and Ubuntu leave pip and ensurepip out of a bare Python,
so the environment is made without them and pip runs from the wheel beside this file.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "locked"
ROOMS = ("analysis", "commands", "data", "pages", "register", "reports", "ui")
RUN, DEVELOP = "requirements.txt", "requirements-dev.txt"


def _fingerprint(lock: str) -> str:
    content = (ROOT / lock).read_bytes() + sys.version.encode()
    return f"{lock} {hashlib.sha256(content).hexdigest()}"


def _python() -> Path:
    windows = ENVIRONMENT / "Scripts" / "python.exe"
    return windows if sys.platform == "win32" else ENVIRONMENT / "bin" / "python"


def build(develop: bool) -> None:
    """Make or renew the environment; with ``develop`` also what the tests need."""
    lock = DEVELOP if develop else RUN
    wanted = _fingerprint(lock)
    if STAMP.exists() and _python().exists() and wanted in STAMP.read_text().splitlines():
        return
    import venv  # a minimal Python may lack it; the message below says what to do then

    print(f"Wijkradar: omgeving wordt gemaakt uit {lock} (eenmalig, een paar minuten)", flush=True)
    venv.EnvBuilder(with_pip=False, symlinks=sys.platform != "win32", clear=not _python().exists()).create(
        ENVIRONMENT
    )
    pip = next((ROOT / "tools").glob("pip-*.whl"))
    command = [
        *(str(_python()), str(pip / "pip"), "install", "--quiet", "--disable-pip-version-check"),
        *("--no-warn-script-location", "--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / lock)),
    ]
    if subprocess.call(command, cwd=ROOT):
        raise SystemExit(
            "De onderdelen konden niet worden geïnstalleerd; controleer de verbinding en probeer opnieuw."
        )
    # Who starts it first need not wait for that, nor who may not write here every time.
    subprocess.call([str(_python()), "-m", "compileall", "-q", "-j", "0", *ROOMS], cwd=ROOT)
    # The lock for development contains the one for running.
    done = [_fingerprint(RUN)] + ([wanted] if develop else [])
    STAMP.write_text("\n".join(done) + "\n")


def main() -> None:
    """Check the Python that runs this, then build."""
    if sys.version_info < OLDEST:
        raise SystemExit(
            f"Wijkradar heeft Python 3.11 of nieuwer nodig; dit is {sys.version.split()[0]}. "
            "Wijs een nieuwere aan, bijvoorbeeld: make run PYTHON=python3.12"
        )
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--develop", action="store_true", help="also install what the tests need")
    try:
        build(parser.parse_args().develop)
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"Deze Python mist de module {error.name}; installeer de gewone python3 van uw systeem."
        ) from error


if __name__ == "__main__":
    main()
