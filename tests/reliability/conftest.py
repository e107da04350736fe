from tests.shared_app import *  # noqa: F403  # fixtures
