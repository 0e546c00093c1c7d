"""Reads the formulations of a peer: `-- Q1 name` begins one, a semicolon at a line's end closes it."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "sql"
HEADING = re.compile(r"^-- (Q\d+[a-z]?)(?: (.*))?$")


def formulations(peer: str) -> dict[str, dict[str, str]]:
    """The texts by query and name, in the order they stand in the file."""
    found: dict[str, dict[str, str]] = {}
    lines: list[str] | None = None
    for line in (FOLDER / f"{peer}.sql").read_text().splitlines():
        if heading := HEADING.match(line):
            lines = []
            found.setdefault(heading[1], {})[heading[2]] = ""
            query, name = heading[1], heading[2]
        elif lines is not None:
            lines.append(line.removesuffix(";"))
            found[query][name] = "\n".join(lines).strip()
            if line.endswith(";"):
                lines = None
    return found


def filled(text: str, params: dict) -> str:
    return text.format_map(params)
