"""Runs a command, and writes its wall time, peak memory in KB and wait status to a file descriptor.

Usage: launcher.py DESCRIPTOR COMMAND…. A child's peak counts what its parent held when it was started, so this one
imports next to nothing; run it with `-I -S`.
"""

import os
import sys
import time

descriptor = int(sys.argv[1])
began = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_CLOSE, descriptor)])
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - began
os.write(descriptor, f"{wall} {usage.ru_maxrss} {status}".encode())
