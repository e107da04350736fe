"""B2 and B3: scoring what a caller sends along, through HTTP."""

import time

import orjson

from benchmarks import servers
from benchmarks.figures import Figure, at_least, duration, medians, rate
from benchmarks.ground import Ground
from benchmarks.load import request, requests_a_second
from benchmarks.payload import answer_of, scoring_request

PATH = "/v1/selection/score"
CONNECTIONS = 16
ACCOUNTS = 1000


def one_account(ground: Ground, *, repetitions: int, seconds: float) -> list[Figure]:
    """B2: against FastAPI itself."""
    with servers.ours(ground.url) as ours, servers.bare("constant") as bare:
        body = scoring_request(1)
        found = medians(
            {
                name: lambda port=port: requests_a_second(
                    port,
                    [request("POST", PATH, key=ground.key, body=body)],
                    connections=CONNECTIONS,
                    seconds=seconds,
                )
                for name, port in (("ours", ours), ("bare", bare))
            },
            repetitions,
        )
    return [rate("B2 POST /v1/selection/score, 1 account, beside FastAPI alone", found["ours"], found["bare"], 0.6)]


def many_accounts(ground: Ground, *, repetitions: int, seconds: float) -> list[Figure]:
    """B3: against reading and writing the same JSON."""
    body = scoring_request(ACCOUNTS)
    answer = orjson.loads(answer_of(body))
    with servers.ours(ground.url) as port:
        sent = [request("POST", PATH, key=ground.key, body=body)]
        found = medians(
            {
                "ours": lambda: 1 / requests_a_second(port, sent, connections=1, seconds=seconds),
                "json": lambda: _read_and_write(body, answer, seconds=seconds / 4),
            },
            repetitions,
        )
    return [
        duration(f"B3 the same, {ACCOUNTS:,} accounts, beside orjson alone", found["ours"], found["json"], 6),
        at_least("B3 accounts scored by one core through HTTP", "accounts/s", ACCOUNTS / found["ours"], 20_000),
    ]


def _read_and_write(body: bytes, answer: object, *, seconds: float) -> float:
    began, times = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        orjson.loads(body)
        orjson.dumps(answer)
        times += 1
    return (time.perf_counter() - began) / times
