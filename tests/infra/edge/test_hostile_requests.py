"""However a request is built, it gets an answer below 500, and every refusal is a problem document."""

import json

import pytest

JSON = {"content-type": "application/json"}
ENVELOPE = {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}
MARK = "canaryInput"


def nested(depth: int) -> bytes:
    return b'{"name":"a","attributes":{"x":' + b"[" * depth + b"]" * depth + b"}}"


def with_field(text: bytes) -> bytes:
    return b'{"name":"a",' + text + b"}"


CROWD = b",".join(b'"k%d":"x"' % number for number in range(20_000))
BODIES = [
    ("not a number", with_field(b'"weight":NaN'), 400),
    ("infinity", with_field(b'"weight":Infinity'), 400),
    ("minus infinity", with_field(b'"weight":-Infinity'), 400),
    ("overflowing float", with_field(b'"weight":1e400'), 400),
    ("overflowing integer", with_field(b'"weight":' + b"9" * 400), 400),
    ("text for number", with_field(b'"weight":"NaN"'), 422),
    ("digits for number", with_field(b'"weight":"5"'), 422),
    ("boolean for number", with_field(b'"weight":true'), 422),
    ("number for boolean", with_field(b'"active":1'), 422),
    ("beyond int4", with_field(b'"count":2147483648'), 422),
    ("beyond int8", with_field(b'"count":9223372036854775808'), 422),
    ("beyond 64 bits", with_field(b'"count":' + b"9" * 40), 422),
    ("fraction for integer", with_field(b'"count":1.5'), 422),
    ("share above one", with_field(b'"share":1.0000001'), 422),
    ("lone high surrogate", with_field(b'"shape":"\\ud800"'), 400),
    ("lone low surrogate", b'{"name":"\\udc00"}', 400),
    ("surrogate bytes", b'{"name":"\xed\xa0\x80"}', 400),
    ("invalid utf-8", b'{"name":"\xff"}', 400),
    ("byte order mark", b'\xef\xbb\xbf{"name":"a"}', 400),
    ("utf-16", '{"name":"a"}'.encode("utf-16"), 400),
    ("NUL escape", b'{"name":"a\\u0000b"}', 400),
    ("NUL in a key", b'{"name":"a","attributes":{"\\u0000":1}}', 400),
    ("NUL byte", b'{"name":"\x00"}', 400),
    ("key twice", b'{"name":"a","name":"b"}', 400),
    ("key twice, escaped", b'{"name":"a","n\\u0061me":"b"}', 400),
    ("too deep", nested(31), 400),
    ("far too deep", nested(100_000), 400),
    ("cut off", b'{"name":"a"', 400),
    ("trailing comma", b'{"name":"a",}', 400),
    ("empty text", b'{"name":""}', 422),
    ("blanks only", b'{"name":"   "}', 422),
    ("long text", b'{"name":"' + b"canaryInput" * 100 + b'"}', 422),
    ("unknown field", with_field(b'"surprise":"canaryInput"'), 422),
    ("no object", b"[]", 422),
    ("null", b"null", 422),
    ("empty", b"", 422),
    ("text", b'"canaryInput"', 422),
    ("date with time", with_field(b'"on":"2017-01-01T00:00:00"'), 422),
    ("date as number", with_field(b'"on":1500000000'), 422),
    ("impossible date", with_field(b'"on":"2017-02-29"'), 422),
    ("date too early", with_field(b'"on":"1969-12-31"'), 422),
    ("date too late", with_field(b'"on":"2201-01-01"'), 422),
    ("year 0000", with_field(b'"on":"0000-01-01"'), 422),
    ("naive instant", with_field(b'"at":"2017-01-01T00:00:00"'), 422),
    ("instant as number", with_field(b'"at":1e15'), 422),
    ("instant too late", with_field(b'"at":"9999-12-31T23:59:59-12:00"'), 422),
    ("instant at the beginning of time", with_field(b'"at":"0001-01-01T00:00:00+14:00"'), 422),
    ("id as number", with_field(b'"parent":5'), 422),
    ("bad id", with_field(b'"parent":"canaryInput"'), 422),
    ("money as number", with_field(b'"price":{"amount":5,"currency":"EUR"}'), 422),
    ("money not a number", with_field(b'"price":{"amount":"NaN","currency":"EUR"}'), 422),
    ("money too exact", with_field(b'"price":{"amount":"1.00001","currency":"EUR"}'), 422),
    ("money too large", with_field(b'"price":{"amount":"1234567890123456","currency":"EUR"}'), 422),
    ("money with exponent", with_field(b'"price":{"amount":"1e5","currency":"EUR"}'), 422),
    ("unknown currency", with_field(b'"price":{"amount":"1","currency":"XXQ"}'), 422),
    ("small currency", with_field(b'"price":{"amount":"1","currency":"eur"}'), 422),
    ("large attributes", with_field(b'"attributes":{"x":"' + b"canaryInput" * 1600 + b'"}'), 422),
    ("unknown kind", with_field(b'"shape":{"kind":"canaryInput"}'), 422),
    ("kind of another type", with_field(b'"shape":{"kind":{}}'), 422),
    ("long key", with_field(b'"' + b"k" * 100_000 + b'":1'), 422),
    ("many unknown fields", with_field(CROWD), 422),
    ("many bad entries", with_field(b'"shape":{"kind":"labels","map":{' + CROWD + b"}}"), 422),
    ("many unknown fields, within", with_field(b'"parts":[{' + CROWD + b"}]"), 422),
    ("many bad items", with_field(b'"parts":[' + b",".join([b"1"] * 50_000) + b"]"), 422),
    ("pointer characters", with_field(b'"a/b~c":1'), 422),
]


def assert_is_problem(response, status):
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == ENVELOPE
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["x-request-id"]
    assert len(problem["errors"]) <= 20
    assert len(response.content) < 20_000
    assert MARK not in response.text
    return problem


@pytest.mark.parametrize(("body", "status"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
async def test_a_hostile_body_is_refused_without_repeating_it(client, body, status):
    assert_is_problem(await client.post("/v1/things", content=body, headers=JSON), status)


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":" a "}',
        with_field(
            b'"weight":5,"on":"2016-02-29","at":"2017-01-01T00:00:00.5+02:00","price":{"amount":"-1.5","currency":"EUR"}'
        ),
        with_field(b'"attributes":{"a":{"b":[1,null,"\\u003a"]}},"parent":"01890a5d-ac96-774b-bcce-b302099a8057"'),
        with_field(b'"weight":18446744073709551615'),
        with_field(b'"shape":{"kind":"labels","map":{"red":0}}'),
        b'{"name":"\xf0\x9f\x98\x80 \\ud83d\\ude00"}',
        nested(30),
    ],
)
async def test_a_body_that_is_unusual_but_right_is_taken(client, body):
    response = await client.post("/v1/things", content=body, headers=JSON)

    assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b'{"name":"a","parts":[{"name":"b"},{"name":"c","weight":"x"}]}', "/parts/1/weight", "float_type"),
        (b'{"weight":1}', "/name", "missing"),
        (with_field(b'"a/b~c":1'), "/a~1b~0c", "extra_forbidden"),
        (with_field(b'"shape":{"kind":"curve","points":[0,"x"]}'), "/shape/points/1", "float_type"),
        (with_field(b'"shape":{"kind":"curve"}'), "/shape/points", "missing"),
        (with_field(b'"either":1.5'), "/either", "int_type"),
        (b"[]", "", "model_attributes_type"),
        (b"", "", "missing"),
        (with_field(b'"price":{"amount":"1"}'), "/price/currency", "missing"),
    ],
)
async def test_a_pointer_leads_to_the_very_field_in_the_body(client, body, pointer, code):
    problem = assert_is_problem(await client.post("/v1/things", content=body, headers=JSON), 422)

    assert {"pointer": pointer, "code": code} in [{k: e[k] for k in ("pointer", "code")} for e in problem["errors"]]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/v1/things?limit=-1", 422),
        ("/v1/things?limit=501", 422),
        ("/v1/things?limit=9223372036854775808", 422),
        ("/v1/things?limit=" + "9" * 5000, 422),
        ("/v1/things?limit=canaryInput", 422),
        ("/v1/things?number=1e400", 422),
        ("/v1/things?number=NaN", 422),
        ("/v1/things?sort=%00", 400),
        ("/v1/things?sort=a%0Ab", 400),
        ("/v1/things?%00=1", 400),
        ("/v1/things?sort=%ff%fe", 400),
        ("/v1/things?sort=%ed%a0%80", 400),
        ("/v1/things?cursor=" + "x" * 3000, 422),
        ("/v1/things?sort=" + "x" * 9000, 414),
        ("/v1/" + "x" * 9000, 414),
        ("/v1/things/%00", 400),
        ("/v1/things/%ff", 400),
        ("/v1/things/a%2Fb", 404),
        ("/v1/things/canaryInput", 422),
        ("/v1/things/01890a5d-ac96-774b-bcce-b302099a8057", 404),
        ("/v1/things/", 422),
        ("/v1/nothing", 404),
        ("/v1/things/../../etc/passwd", 404),
        ("//v1/things", 404),
        ("/", 404),
    ],
)
async def test_a_hostile_target_is_refused(client, target, status):
    if target == "/v1/things/":
        status = 404
    response = await client.get(target)

    problem = response.json()
    assert set(problem) == ENVELOPE
    assert (response.status_code, problem["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert MARK not in json.dumps({**problem, "instance": ""})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/xml"}, 415),
        ({"content-type": "application/jsonp"}, 415),
        ({"content-type": "application/json; charset=latin-1"}, 415),
        ({"content-type": "application/json; charset=utf-8"}, 200),
        ({"content-type": 'Application/JSON;charset="UTF-8"'}, 200),
        ({"content-type": "application/merge-patch+json"}, 200),
        ({**JSON, "content-encoding": "gzip"}, 415),
        ({**JSON, "content-encoding": "identity"}, 200),
        ({**JSON, "content-length": "-1"}, 400),
        ({**JSON, "content-length": "1e3"}, 400),
        ({**JSON, "x-long": "x" * 40_000}, 431),
        ({**JSON, **{f"x-{n}": "1" for n in range(101)}}, 431),
        ({**JSON, "x-nul": "a\x00b"}, 400),
    ],
)
async def test_headers_decide_whether_a_body_is_read(client, headers, status):
    response = await client.post("/v1/things", content=b'{"name":"a"}', headers=headers)

    if status == 200:
        assert response.status_code == 200, response.text
    else:
        assert_is_problem(response, status)


async def test_a_webhook_may_send_other_media_types(client):
    response = await client.post("/v1/hooks/soap", content=b"<xml/>", headers={"content-type": "text/xml"})

    assert response.status_code == 200


async def test_six_megabytes_are_refused_with_and_without_their_length(client):
    large = b'{"name":"' + b"x" * 6_000_000 + b'"}'

    async def pieces():
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    for content in (large, pieces()):
        response = await client.post("/v1/things", content=content, headers=JSON)
        assert_is_problem(response, 413)
        assert response.headers["connection"] == "close"


async def test_thirty_megabytes_are_not_even_read(client):
    read = 0

    async def pieces():
        nonlocal read
        while read < 30_000_000:
            read += 65_536
            yield b"x" * 65_536

    assert_is_problem(await client.post("/v1/things", content=pieces(), headers=JSON), 413)
    assert read < 22_000_000


async def test_head_answers_as_get_does_without_a_body(client):
    get, head = await client.get("/v1/things"), await client.head("/v1/things")
    missing = await client.head("/v1/nothing")
    endless = await client.head("/v1/stream")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert (missing.status_code, missing.content) == (404, b"")
    assert (endless.status_code, endless.content) == (200, b"")


@pytest.mark.parametrize(
    ("method", "target", "allowed"),
    [
        ("PUT", "/v1/things", "GET, HEAD, POST"),
        ("OPTIONS", "/v1/things", "GET, HEAD, POST"),
        ("TRACE", "/v1/things", "GET, HEAD, POST"),
        ("PATCH", "/v1/things/5", "DELETE, GET, HEAD"),
        ("HEAD", "/v1/hooks/soap", "POST"),
        ("BREW", "/metrics", "GET, HEAD"),
    ],
)
async def test_405_names_all_methods_that_the_path_takes(client, method, target, allowed):
    response = await client.request(method, target)

    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    assert response.headers["content-type"] == "application/problem+json"


async def test_an_unforeseen_error_tells_nothing_but_the_request_id(client):
    response = await client.get("/v1/fails/bug", headers={"x-request-id": "my.own-id_1"})

    problem = assert_is_problem(response, 500)
    assert problem["request_id"] == "my.own-id_1"
    assert "canary-secret" not in response.text


@pytest.mark.parametrize(
    ("target", "status", "retry"),
    [
        ("/v1/fails/connection", 503, "2"),
        ("/v1/fails/pool", 503, "2"),
        ("/v1/fails/taken", 409, None),
        ("/v1/fails-late/commit", 503, "2"),
    ],
)
async def test_a_failing_database_is_told_without_its_words(client, target, status, retry):
    response = await client.get(target)

    assert_is_problem(response, status)
    assert response.headers.get("retry-after") == retry
    assert "canary-secret" not in response.text


async def test_headers_of_the_answer_come_with_refusals_too(client):
    response = await client.get("/v1/limited")

    assert response.headers["ratelimit"] == '"default";r=1;t=2'
    assert_is_problem(response, 404)


async def test_no_browser_takes_an_answer_for_anything_but_what_it_says(client):
    for path in ("/livez", "/nowhere", "/docs"):
        assert (await client.get(path)).headers["x-content-type-options"] == "nosniff"


async def test_only_a_well_formed_request_id_is_taken(client):
    for given, kept in (("a" * 128, True), ("a" * 129, False), ("a b", False), ("é", False), ("", False)):
        response = await client.get("/v1/things", headers={"x-request-id": given.encode()})
        assert (response.headers["x-request-id"] == given) is kept
        assert response.headers["x-request-id"]


async def test_each_kind_of_problem_has_its_page(client, all_refusals):
    listed = (await client.get("/problems")).json()
    one = (await client.get("/problems/thing-not-found")).json()
    none = await client.get("/problems/no-such-kind")

    assert one == {"type": "/problems/thing-not-found", "title": "No such thing", "status": 404}
    assert one in listed
    assert {"/problems/not-found", "/problems/body-too-large", "/problems/repeated-key"} < {
        kind["type"] for kind in listed
    }
    assert all(400 <= kind["status"] < 600 for kind in listed)
    assert none.status_code == 404


async def test_the_openapi_document_tells_of_problems_in_their_own_media_type(make_app):
    document = make_app().openapi()
    answers = document["paths"]["/v1/things"]["post"]["responses"]

    assert {"200", "400", "401", "403", "404", "408", "413", "415", "422", "429", "500", "503"} == set(answers)
    assert all(
        answer["content"] == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for status, answer in answers.items()
        if status != "200"
    )
    assert answers["404"]["description"] == "No such thing"
    assert "413" not in document["paths"]["/v1/things"]["get"]["responses"]
    assert set(document["components"]["schemas"]["Problem"]["required"]) == ENVELOPE
    assert "HTTPValidationError" not in json.dumps(document)


async def test_a_route_that_reads_its_body_laxly_is_found(make_app):
    from app.infra.edge import lenient_routes  # noqa: PLC0415

    app = make_app()
    assert lenient_routes(app) == []

    async def lax(body: dict[str, int]) -> None:
        pass

    from fastapi import APIRouter  # noqa: PLC0415

    router = APIRouter()
    router.add_api_route("/lax", lax, methods=["POST"])
    app.include_router(router)
    assert lenient_routes(app) == ["lax /lax"]


async def test_metrics_and_logs_know_routes_by_their_template(client, log_lines):
    await client.get("/v1/things/canaryInput?sort=canaryInput", headers={"authorization": "Bearer canary-secret"})
    await client.get("/v1/canaryInput")
    await client.get("/v1/fails/bug")

    metrics = (await client.get("/metrics")).text
    assert 'http_requests_total{method="GET",route="/v1/things/{thing_id}",status="422"} 1.0' in metrics
    assert 'http_requests_total{method="GET",route="unmatched",status="404"} 1.0' in metrics
    assert "canary" not in metrics

    lines = log_lines()
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in requests] == [422, 404, 500, 200]
    assert [line["route"] for line in requests][:3] == ["/v1/things/{thing_id}", "unmatched", "/v1/fails/{how}"]
    assert all(line["request_id"] and line["ms"] >= 0 for line in requests)
    (fault,) = [line for line in lines if line["event"] == "unforeseen_error"]
    assert fault["request_id"] == requests[2]["request_id"]
    assert "in fail" in fault["traceback"]
    assert "canary" not in json.dumps(lines)


async def test_a_broken_log_breaks_no_request(client, broken_log):
    response = await client.get("/v1/things")

    assert response.status_code == 200
    assert broken_log.lost == 1
