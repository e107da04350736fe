"""The straight way leads to its routes alone, and what happens on it is answered, counted and refused as anywhere."""

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.responses import PlainTextResponse

from app.infra import edge, signposts, straight
from app.infra.guard import GuardLimits
from app.infra.straight import Straight
from app.kernel.errors import Conflict

PREFIX = "/v1/hooks/"
LIMITS = GuardLimits(body_bytes=1_000, any_media_under=(PREFIX,))


class Wrong(Conflict):
    """Wrong now, on the straight way."""


class Quick(APIRoute):
    async def express(self, scope, receive):
        told = scope["path_params"]
        if told["one"] == "wrong":
            raise Wrong("as asked for")
        if told["one"] == "broken":
            raise RuntimeError
        body = (await receive())["body"].decode()
        return PlainTextResponse(f"straight {sorted(told.items())} {body}", 202)


class AtOnce(APIRoute):
    async def express(self, scope, _receive):
        told = scope["path_params"].get("one")
        if told == "wrong":
            raise Wrong("as asked for")
        return PlainTextResponse("at once") if told == "quick" else None


@pytest.fixture
def app():
    made = FastAPI(openapi_url=None, redirect_slashes=False)
    router = APIRouter(route_class=Quick)

    @router.post("/v1/hooks/{one}")
    async def hook(one: str) -> None:
        raise AssertionError

    @router.post("/v1/hooks/{one}/{two}")
    async def hook_with_two(one: str, two: str) -> None:
        raise AssertionError

    at_once = APIRouter(route_class=AtOnce)

    @at_once.post("/v1/sums/{one}")
    async def sum_up(one: str, body: list[int]) -> int:
        return sum(body)

    @at_once.get("/v1/sums/newest")
    async def newest_sum() -> str:
        return "newest"

    guarded = edge.install(made, limits=LIMITS), LIMITS
    posts = signposts.include(made, [router, at_once])
    routes = [(route, route.express) for route in router.routes if isinstance(route, Quick)]
    straight.lead(made, Straight(PREFIX, routes, posts, guarded))
    return made


@pytest.fixture
async def client(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kap.test") as made:
        yield made


async def test_a_post_goes_straight_to_the_route_with_as_many_parts(client):
    one = await client.post("/v1/hooks/a", content="x")
    two = await client.post("/v1/hooks/a/b%20c", content="y")

    assert (one.status_code, one.text) == (202, "straight [('one', 'a')] x")
    assert two.text == "straight [('one', 'a'), ('two', 'b c')] y"
    assert one.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/v1/hooks/", "/v1/hooks", "/v1/hooks/a/", "/v1/hooks/a/b/c", "/v1/other/a"])
async def test_another_path_goes_the_usual_way(client, path):
    answer = await client.post(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_path")


async def test_another_method_goes_the_usual_way(client):
    for method in ("GET", "HEAD", "DELETE"):
        answer = await client.request(method, "/v1/hooks/a")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_refusals_faults_and_limits_become_problems(client):
    wrong, broken = await client.post("/v1/hooks/wrong"), await client.post("/v1/hooks/broken")
    large = await client.post("/v1/hooks/a", content="x" * 1_001)

    assert (wrong.status_code, wrong.json()["code"], wrong.json()["instance"]) == (409, "wrong", "/v1/hooks/wrong")
    assert (broken.status_code, broken.json()["code"]) == (500, "internal_error")
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")


async def test_it_is_counted_under_the_routes_template(app, client):
    await client.post("/v1/hooks/secret-a/secret-b")

    told = app.state.metrics.render().decode()
    assert 'http_requests_total{method="POST",route="/v1/hooks/{one}/{two}",status="202"} 1.0' in told
    assert "secret" not in told


async def test_any_route_may_answer_at_once_and_leave_the_rest_to_the_usual_way(app, client):
    quick, usual = [await client.post(f"/v1/sums/{one}", json=[1, 2]) for one in ("quick", "slow")]
    wrong, unreadable = await client.post("/v1/sums/wrong", json=[]), await client.post("/v1/sums/slow", json=["x"])
    newest, elsewhere = await client.get("/v1/sums/newest"), await client.get("/v1/sums/quick")

    assert (quick.text, usual.text, newest.text) == ("at once", "3", '"newest"')
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong")
    assert (unreadable.status_code, unreadable.headers["content-type"]) == (422, "application/problem+json")
    assert elsewhere.status_code == 405
    told = app.state.metrics.render().decode()
    assert 'http_requests_total{method="POST",route="/v1/sums/{one}",status="200"} 2.0' in told
