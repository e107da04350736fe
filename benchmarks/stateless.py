"""B2 and B3: scoring what a caller sends along, through HTTP."""

import time
from functools import partial

import orjson

from benchmarks import servers
from benchmarks.figures import Figure, at_least, duration, medians, rate
from benchmarks.ground import Ground
from benchmarks.load import request, requests_a_second
from benchmarks.payload import answer_of, scoring_request

PATH = "/v1/selection/score"
CONNECTIONS = 16
ACCOUNTS = 1000
DIFFERENT = 500  # requests, each of another account, so that none is answered by having been asked before


def one_account(ground: Ground, *, repetitions: int, seconds: float) -> list[Figure]:
    """B2: against FastAPI itself."""
    with servers.ours(ground.url) as ours, servers.bare("constant") as bare:
        sent = [request("POST", PATH, key=ground.key, body=scoring_request(1, number)) for number in range(DIFFERENT)]
        load = partial(requests_a_second, requests=sent, connections=CONNECTIONS, seconds=seconds)
        found = medians({"ours": partial(load, ours), "bare": partial(load, bare)}, repetitions)
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
