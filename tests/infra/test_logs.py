"""A log line is one JSON object of listed fields; losing the log loses nothing else."""

import io
import json
import logging
from uuid import UUID

import asyncpg.pgproto.pgproto
import pytest
import structlog

from app.infra import logs
from app.infra.request_ids import Facts, serving


@pytest.fixture
def written():
    stream = io.BytesIO()
    logs.configure("INFO", stream)
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)  # as in a process of its own: servers of tests are mute
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_fields_that_are_not_listed_are_dropped(written):
    structlog.get_logger().info("plan_published", tenant_id="t", password="canary", body={"a": "canary"})

    (line,) = written()
    assert {"time", "level", "event", "tenant_id"} == set(line)
    assert (line["level"], line["event"], line["tenant_id"]) == ("info", "plan_published", "t")
    assert line["time"].endswith("Z")


def test_an_id_of_the_database_drivers_own_kind_is_told_as_any_other(written):
    text = "0199a1f7-3c3c-7d4d-8e5e-6f6f7a7a8b8b"

    structlog.get_logger().info("x", connection_id=asyncpg.pgproto.pgproto.UUID(text))

    assert written()[0]["connection_id"] == text


def test_lines_tell_whom_they_are_about(written):
    with serving(Facts(request_id="r", trace_id="t", tenant_id="o", key_id="k", job="j")):
        structlog.get_logger().warning("x")
        logs.write_request("GET", "/v1/x", 503, 1.5, Facts(request_id="r2", tenant_id="o2"))

    first, second = written()
    assert [first[name] for name in ("request_id", "trace_id", "tenant_id", "key_id", "job")] == [
        "r",
        "t",
        "o",
        "k",
        "j",
    ]
    assert (second["level"], second["event"], second["request_id"], second["tenant_id"]) == (
        "error",
        "request",
        "r2",
        "o2",
    )
    assert (second["route"], second["status"], second["ms"]) == ("/v1/x", 503, 1.5)


def test_libraries_log_through_the_same_lines(written):
    logging.getLogger("uvicorn.error").warning("over %s", "there")
    logging.getLogger("uvicorn.access").warning("GET /x?code=canary")
    logging.getLogger("sqlalchemy.engine").info("SELECT canary")

    (line,) = written()
    assert (line["event"], line["logger"], line["level"]) == ("over there", "uvicorn.error", "warning")


def test_an_unforeseen_error_is_told_by_its_calls_and_not_by_its_values(written):
    def failing(secret):
        raise ValueError(secret)

    try:
        failing("canary")
    except ValueError as error:
        structlog.get_logger().error("unforeseen_error", exc_info=error)

    (line,) = written()
    assert line["error_class"] == "builtins.ValueError"
    assert "in failing" in line["traceback"]
    assert "canary" not in json.dumps(line).replace('failing(\\"canary\\")', "")


def test_messages_that_speak_of_code_are_kept():
    assert logs.explanation(TypeError("f() takes 1 argument"))["error_message"] == "f() takes 1 argument"
    assert "error_message" not in logs.explanation(KeyError("canary"))
    assert "error_message" not in logs.explanation(UnicodeDecodeError("utf-8", b"canary", 0, 1, "canary"))


class Broken(io.BytesIO):
    def write(self, _):
        raise BrokenPipeError

    def flush(self):
        raise OSError(28, "No space left on device")


def test_a_broken_log_breaks_nobody():
    for stream in (Broken(), io.BytesIO()):
        stream.close()
        sink = logs.Sink(stream)
        sink.msg(b"x")
        assert sink.lost == 1
    sink = logs.Sink(Broken())
    sink.msg(b"x")
    assert sink.lost == 1


def test_what_json_does_not_know_is_still_written(written):
    structlog.get_logger().info(
        "x \ud800", count=2**70, rows={1: "canary"}, total=1.5, job_id=UUID(int=1), code="y" * 3000
    )

    (line,) = written()
    assert (line["event"], line["count"], line["rows"], line["total"]) == ("x ?", "<int>", "<dict>", 1.5)
    assert line["job_id"] == "00000000-0000-0000-0000-000000000001"
    assert len(line["code"]) == 2000
