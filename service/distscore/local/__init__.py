"""The service's answers without a service: the same numbers to the bit, computed in this process.

from distscore import local

score = local.score(family="poisson", targets={"values": [1, 4]}, predictions={"rate": [1.5, 3.0]})
print(score.value, score.losses, score.gradients["rate"])

The functions are the methods of a client. `Local` is such a client, for code that takes one.
"""

from typing import TypeVar

from distscore.client.errors import LibraryMissing
from distscore.client.methods import Methods
from distscore.client.optional import IN_PROCESS
from distscore.client.question import Question

try:
    from distscore.local.replies import reply_to
except ModuleNotFoundError as error:
    raise LibraryMissing(IN_PROCESS) from error

T = TypeVar("T")


class Local(Methods):
    """A client whose questions are answered in this process; it holds nothing, and may be used by several threads."""

    def _ask(self, question: Question[T]) -> T:
        return question.answer(reply_to(question))


_LOCAL = Local()
score, compare, advise, explain, merge = _LOCAL.score, _LOCAL.compare, _LOCAL.advise, _LOCAL.explain, _LOCAL.merge
summarize, score_in_parts = _LOCAL.summarize, _LOCAL.score_in_parts
report, report_of, table, score_file = _LOCAL.report, _LOCAL.report_of, _LOCAL.table, _LOCAL.score_file
families, family, losses, loss, limits = _LOCAL.families, _LOCAL.family, _LOCAL.losses, _LOCAL.loss, _LOCAL.limits
