"""What the doors of all analyses share."""

from typing import Annotated, Any

from fastapi import Path

from app.infra.wire import Id
from app.selection.service.analyses import Analysis

PathAnalysisId = Annotated[Id, Path(description="The analysis's id, which is its job's too")]


def identity(analysis: Analysis) -> dict[str, Any]:
    """The part of an answer that analyses of all kinds share."""
    return {
        "id": analysis.id,
        "model_id": analysis.model_id,
        "model_version": analysis.model_version,
        "as_of": analysis.as_of,
        "created_at": analysis.created_at,
        "finished": analysis.result is not None,
    }
