"""Load with wrk, and what a server spent on it."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Result:
    """Requests a second, the 99th percentile and slowest in ms, CPU ms of the server a request."""

    rate: float
    p99: float
    slowest: float
    cpu: float
    errors: int


def wrk() -> str:
    """Return the program, or stop with how to get it."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("The benchmarks load with wrk: apt-get install wrk")
    return program


def measure(
    url: str,
    *,
    pids: list[int],
    seconds: float,
    connections: int = 8,
    script: Path | None = None,
    headers: Mapping[str, str] | None = None,
) -> Result:
    """Load `url` and return what came of it; `pids` are the processes that serve it."""
    command = [wrk(), "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--latency"]
    if script:
        command += ["-s", str(script)]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    before = sum(map(_cpu_seconds, pids))
    output = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    spent = sum(map(_cpu_seconds, pids)) - before
    requests = int(_found(r"(\d+) requests in", output))
    if not requests:
        raise SystemExit(f"Nothing was answered in {seconds:.0f} s: this machine is too busy.")
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    socket = re.search(r"Socket errors: (.*)", output)
    if socket:
        print("   ", socket.group(0))
    return Result(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        p99=_milliseconds(_found(r"(?m)^ +99% +(\S+)", output)),
        slowest=_milliseconds(_found(r"Latency\s+\S+\s+\S+\s+(\S+)", output)),
        cpu=1000 * spent / max(requests, 1),
        errors=int(failed.group(1)) if failed else 0,
    )


def memory_of(pids: list[int]) -> list[float]:
    """Return the memory of each process in MiB: what is its own, and its share of the shared."""
    sizes = []
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        sizes.append(int(_found(r"Pss:\s+(\d+) kB", rollup)) / 1024)
    return sizes


def resident(pids: list[int]) -> list[float]:
    """Return the resident size of each process in MiB, shared pages counted in full."""
    return [
        int(_found(r"Rss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text())) / 1024
        for pid in pids
    ]


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu_seconds(pid: int) -> float:
    """Return what a process has spent, to the nanosecond; /proc/PID/stat only counts ticks."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"wrk said something unexpected:\n{text}")
    return match.group(1)


def _milliseconds(text: str) -> float:
    number, unit = _found(r"^([\d.]+)", text), _found(r"([a-z]+)$", text)
    return float(number) * _UNITS[unit]
