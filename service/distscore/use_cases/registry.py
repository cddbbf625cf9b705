"""Every use case by its name, which is how work is asked for from another process."""

from collections.abc import Callable
from typing import Any

from distscore.use_cases.advise import answer_advise
from distscore.use_cases.compare import answer_compare
from distscore.use_cases.explain import answer_explain
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.report import answer_report
from distscore.use_cases.score import Check, answer_score
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer

UseCase = Callable[[dict[str, Any], Limits, Check], Answer]

USE_CASES: dict[str, UseCase] = {
    "score": answer_score,
    "compare": answer_compare,
    "advise": answer_advise,
    "explain": answer_explain,
    "merge": answer_merge,
    "report": answer_report,
}
