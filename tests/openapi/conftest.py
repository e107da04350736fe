import pytest

from app.infra import documents
from app.infra.settings import Settings
from app.main import create_app


@pytest.fixture(scope="session")
def document():
    """The OpenAPI document as the code has it."""
    return documents.document(create_app(Settings(), "postgresql://nowhere"))
