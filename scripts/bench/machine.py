"""What the figures were measured on."""

import os
import platform
import shutil
import subprocess
from pathlib import Path


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def description() -> str:
    system = f"{platform.system()} {platform.release()}"
    return f"{processor()}, {len(os.sched_getaffinity(0))} cores, {memory_gb():.0f} GB, {system}"


def bandwidth_gb_per_s(cache: Path, threads: int) -> float | None:
    """How fast memory can be read by so many threads; none where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    if compiler is None:
        return None
    program = cache / "bandwidth"
    source = Path(__file__).resolve().parent / "bandwidth.c"
    subprocess.run([compiler, "-O3", "-march=native", "-pthread", "-o", str(program), str(source)], check=True)
    rates = [
        float(subprocess.run([program, str(threads)], check=True, capture_output=True).stdout.split()[0])
        for _ in range(3)
    ]
    return max(rates)


def commit() -> str:
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=Path(__file__).parent
    )
    return found.stdout.strip() or "unknown"
