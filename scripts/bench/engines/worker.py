"""The process of one peer: loads a data set, then answers a line of JSON with a line of JSON until its input ends.

Usage: worker.py ENGINE FOLDER SIZE THREADS. Only the work itself is timed; turning the answer into JSON is not.
"""

import gc
import importlib
import json
import os
import sys
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sizes import SIZES, Dataset


def plain(value: object) -> object:
    """Money as text and dates as ISO 8601, so that nothing is rounded on the way."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def answer(engine, request: dict) -> dict:
    run = engine.prepare(request["query"], request["form"], request["params"])
    gc.disable()
    began = time.perf_counter_ns()
    result = run()
    elapsed = time.perf_counter_ns() - began
    gc.enable()
    rows = [[plain(value) for value in row] for row in engine.rows(result)]
    return {"ms": elapsed / 1e6, "rows": rows}


def main() -> None:
    name, folder, size, threads = sys.argv[1:5]
    replies = os.fdopen(os.dup(1), "w")
    # Whatever a library prints must not be taken for a reply.
    os.dup2(2, 1)
    os.environ["POLARS_MAX_THREADS"] = threads
    module = importlib.import_module(f"engines.{name}_engine")
    began = time.perf_counter()
    engine = module.Engine(Dataset(Path(folder), SIZES[size]), int(threads))
    ready = {"version": engine.version, "forms": engine.forms, "load_s": time.perf_counter() - began}
    print(json.dumps(ready), file=replies, flush=True)
    for line in sys.stdin:
        try:
            reply = answer(engine, json.loads(line))
        except Exception as error:  # the harness reports it, and goes on with the next query
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main()
