"""Why a body is no JSON, for those whose library writes something that is almost JSON."""

import re

PLACE = re.compile(r"at line (\d+) column (\d+)")
LONGEST, TAIL = 200, 60  # characters of what the parser says that are shown, and of its end, which is the place
BEFORE, AFTER = 2, 10  # bytes around the place of an error that are looked at
USUAL = {
    r"-?\b(?i:nan|inf|infinity)\b": 'JSON has no NaN: for a missing value send null, and ask for "missing": "exclude"',
    r"\bNone\b": "JSON writes null, not None",
    r"\b(True|False)\b": "JSON writes true and false in lower case",
    r"\bundefined\b": "JSON writes null, not undefined",
    r"'": "JSON has double quotes",
    r"^\xef\xbb\xbf": "send the body without a byte order mark",
}


def explained(body: bytes, error: ValueError) -> str:
    """What the parser says, with its line and column, and what stands there."""
    says = str(error)
    if len(says) > LONGEST:  # the name of a duplicate member may be as long as the body
        says = f"{says[:LONGEST]}… {says[-TAIL:]}"
    found = PLACE.search(says)
    if found is None:
        return f"{says}."
    line, column = int(found[1]), int(found[2])
    start = sum(len(each) + 1 for each in body.split(b"\n", line - 1)[: line - 1])
    around = body[max(0, start + column - 1 - BEFORE) : start + column - 1 + AFTER].decode("latin-1")
    for pattern, hint in USUAL.items():
        if re.search(pattern, around):
            return f"{says}. {hint}."
    return f"{says}."
