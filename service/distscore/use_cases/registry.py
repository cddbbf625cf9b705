"""Every use case by its name, which is how work is asked for from another process: of documents, and of files."""

from distscore.use_cases.advise import answer_advise
from distscore.use_cases.compare import answer_compare
from distscore.use_cases.explain import answer_explain
from distscore.use_cases.infer import answer_infer
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.report import answer_report
from distscore.use_cases.score import answer_score
from distscore.use_cases.table import UseCase, answer_table, of_table

USE_CASES: dict[str, UseCase] = {
    "score": answer_score,
    "compare": answer_compare,
    "advise": answer_advise,
    "explain": answer_explain,
    "merge": answer_merge,
    "report": answer_report,
}
WITH_QUERY: dict[str, UseCase] = {  # whose document is made of the body and of the query: files, and tensors
    "score": of_table(answer_score),
    "compare": of_table(answer_compare),
    "advise": of_table(answer_advise),
    "report": of_table(answer_report),
    "table": answer_table,
    "infer": answer_infer,
}
