import pytest

from app.infra import documents
from app.infra.documents import files
from app.infra.settings import Settings
from app.main import create_app


@pytest.fixture(scope="session")
def served_app():
    """The application as it is described; nothing of it is opened."""
    return create_app(Settings(), "postgresql://nowhere")


@pytest.fixture(scope="session")
def document(served_app):
    """The OpenAPI document as the code has it."""
    return documents.document(served_app)


@pytest.fixture(scope="session")
def described_files(document):
    """The files in openapi/ as the code has them."""
    return files.made_of(document)
