import json

import pytest

from app.infra import documents
from app.infra.documents import files
from app.infra.settings import Settings
from app.main import create_app
from tests.openapi.parts import DOCUMENT


@pytest.fixture(scope="session")
def served_app():
    """The application as it is described; nothing of it is opened."""
    return create_app(Settings(), "postgresql://nowhere")


@pytest.fixture(scope="session")
def document():
    """The OpenAPI document as it is committed; test_document.py holds it against the code."""
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def described_files(served_app):
    """The files in openapi/ as the code has them."""
    return files.made_of(documents.document(served_app))
