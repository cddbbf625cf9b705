"""POST /v1/report as the OpenAPI document describes it."""

from pydantic import BaseModel, ConfigDict


class ReportRequest(BaseModel):
    """A body of POST /v1/score, of POST /v1/compare (with `losses` or `candidates`), or of POST /v1/summaries/merge
    (with `states`); its `outputs` are not looked at.
    """

    model_config = ConfigDict(extra="allow")
