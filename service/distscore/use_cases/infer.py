"""POST /v2/models/{name}/infer: a score or a merge, as inference servers are asked."""

from dataclasses import replace
from urllib.parse import parse_qs

from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import Check, answer_score
from distscore.wire.inference.read import read
from distscore.wire.inference.write import write
from distscore.wire.read.document import Document
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer


def answer_infer(document: Document, limits: Limits, check: Check) -> Answer:
    """The tensors that were asked for; `query` names the model, and tells how much of the body is JSON."""
    query = parse_qs(document["query"])
    header = int(query["header"][0]) if "header" in query else None
    sent, asked = read(memoryview(document["body"]), header, query["model"][0], limits)
    answer = (answer_merge if asked.model == "merge" else answer_score)(sent, limits, check)
    written, head = write(answer, asked)
    counted = {} if asked.model == "merge" else answer.members  # the rows of states were scored elsewhere
    return replace(answer, members=counted, written=written, head=head or 0)
