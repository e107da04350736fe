"""Metrics count by route template, and cannot be made to grow by callers."""

from app.infra.telemetry import Metrics, PoolState


def sample(metrics, name, **labels):
    return metrics.registry.get_sample_value(name, labels)


def test_answers_are_counted_and_timed_by_template():
    metrics = Metrics()
    metrics.answered("GET", "/v1/accounts/{account_id}", 200, 0.004)
    metrics.answered("GET", "/v1/accounts/{account_id}", 404, 0.004)

    route = "/v1/accounts/{account_id}"
    assert sample(metrics, "http_requests_total", method="GET", route=route, status="404") == 1
    assert sample(metrics, "http_request_seconds_count", method="GET", route=route) == 2
    assert sample(metrics, "http_request_seconds_bucket", method="GET", route=route, le="0.005") == 2


def test_methods_nobody_knows_share_one_label():
    metrics = Metrics()
    for method in ("BREW", "PURGE"):
        metrics.answered(method, "unmatched", 405, 0.1)

    assert sample(metrics, "http_requests_total", method="OTHER", route="unmatched", status="405") == 2


def test_the_pool_and_the_build_are_shown():
    metrics = Metrics("1.2.3")
    metrics.watch_pool(lambda: PoolState(in_use=3, idle=2, limit=10))

    text = metrics.render().decode()
    assert 'db_pool_in_use{pool="api"} 3.0' in text
    assert 'db_pool_limit{pool="api"} 10.0' in text
    assert 'build_info{version="1.2.3"} 1.0' in text
    assert "process_resident_memory_bytes" in text
