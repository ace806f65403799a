"""Start the stand-in by hand, to try the app against it or to measure.

::

    python -m tests.service.standin --port 9123 --fault v3:reset --fault v4:error:84799NED
    WIJKRADAR_CBS_URL=http://127.0.0.1:9123 WIJKRADAR_CBS_V4_URL=http://127.0.0.1:9123 \
        WIJKRADAR_PDOK_URL=http://127.0.0.1:9123 python cli.py refresh GM9999
"""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from data import sample
from tests.service.standin.server import StandIn


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m tests.service.standin", description=main.__doc__)
    parser.add_argument("--port", type=int, default=9123)
    parser.add_argument("--folder", type=Path, action="append", help="saved tables; the sample when left out")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        help="road:kind[:table[:times]], such as v3:reset or v4:error:84799NED:2",
    )
    parser.add_argument("--tls", action="store_true", help="https, with a certificate that nobody trusts")
    given = parser.parse_args()
    folders = given.folder or [sample.FOLDER / "odata_v3"]
    with StandIn(*folders, port=given.port, tls=given.tls) as standin:
        for text in given.fault:
            road, kind, table, times = [*text.split(":"), "", "", ""][:4]
            standin.fault(kind, road=road, table=table, times=int(times) if times else None)
        print(f"{standin.address} serves {', '.join(standin.table_ids)}; stop with Ctrl+C", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            standin.wait()


if __name__ == "__main__":
    main()
