"""The style of the page and the policy that it is served with: nothing but this style, no script, no other host."""

import hashlib
from base64 import b64encode
from importlib.resources import files

STYLE = (files("distscore.report") / "style.css").read_text(encoding="utf-8")
HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{HASH}'"
