from tests.metrics.conftest import measuring, world

__all__ = ["measuring", "world"]
