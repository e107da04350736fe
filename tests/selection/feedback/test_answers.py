"""Answers: points or comparisons, one's own, and blind until the round is closed."""

import copy
import re

import pytest

from tests.asking import a_person, ok, own_client
from tests.selection.feedback.ground import CRITERIA, MODEL, a_draft, a_round, compares, people_of, points, weighs
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def judged(*weights):
    """The ratios of all pairs, as weights have them."""
    return {(a, b): weights[i] / weights[j] for i, a in enumerate(CRITERIA) for j, b in enumerate(CRITERIA) if i < j}


async def a_round_of_two(client, model=MODEL):
    people = await people_of(client, "finance", "legal")
    return await a_round(client, await a_draft(client, model), people), *people


def of_criteria(count):
    model = copy.deepcopy(MODEL)
    model["criteria"] = model["criteria"][:count]
    return model


async def test_points_become_weights_and_may_be_given_again_while_the_round_is_open(client):
    url, ada, _ = await a_round_of_two(client)

    first = await weighs(client, url, ada, 40, 30, 20, 10)
    again = await ok(client.put(f"{url}/answer", json={"user_id": ada, "points": {"fit": 99.5, "spend": 0.5}}))

    assert first["weights"] == {"fit": 0.4, "access": 0.3, "spend": 0.2, "growth": 0.1}
    assert (first["method"], first["consistency"], first["warning"], first["comparisons"]) == (
        "points", None, None, None,
    )  # fmt: skip
    assert again["points"] == points(99.5, 0, 0.5, 0)
    assert again["weights"]["fit"] == 0.995
    assert again["function"] == "finance"


async def test_judgements_that_fit_give_back_the_weights(client):
    url, ada, _ = await a_round_of_two(client)

    answered = await compares(client, url, ada, judged(0.4, 0.4, 0.15, 0.05))

    assert answered["weights"] == {"fit": 0.4, "access": 0.4, "spend": 0.15, "growth": 0.05}
    assert answered["consistency"] == {
        "lambda_max": 4.0, "consistency_index": 0.0, "consistency_ratio": 0.0, "acceptable": True,
    }  # fmt: skip
    assert answered["warning"] is None
    assert [(one["a"], one["b"]) for one in answered["comparisons"]] == list(judged(1, 1, 1, 1))


async def test_judgements_that_contradict_each_other_are_taken_with_a_warning_that_names_the_worst(client):
    url, ada, _ = await a_round_of_two(client)
    pairs = {**judged(0.4, 0.3, 0.2, 0.1), ("fit", "growth"): 1 / 9}

    answered = await compares(client, url, ada, pairs)

    assert answered["consistency"]["consistency_ratio"] > 0.1
    assert not answered["consistency"]["acceptable"]
    assert answered["warning"]["code"] == "inconsistent_judgements"
    worst = answered["warning"]["judgements"]
    assert len(worst) == 3
    assert (worst[0]["a"], worst[0]["b"], worst[0]["ratio"]) == ("fit", "growth", 0.111111)
    assert worst[0]["implied"] > 4 * worst[0]["ratio"]


@pytest.mark.parametrize("count", [1, 2])
async def test_one_criterion_or_two_are_weighed_without_contradiction(client, count):
    url, ada, _ = await a_round_of_two(client, of_criteria(count))
    pairs = {("access", "fit"): 1 / 3} if count == 2 else {}

    answered = await compares(client, url, ada, pairs)

    assert list(answered["weights"].values()) == ([0.75, 0.25] if count == 2 else [1.0])
    assert (answered["consistency"]["lambda_max"], answered["consistency"]["consistency_ratio"]) == (count, 0)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/points"]),
        ({"points": {"fit": 100}, "comparisons": []}, ["/points"]),
        ({"points": {"fit": 99.9999}}, ["/points"]),
        ({"points": {}}, ["/points"]),
        ({"points": {"luck": 50, "fit": 50}}, ["/points/luck"]),
        ({"points": {"fit": -1, "access": 101}}, ["/points/fit", "/points/access"]),
        ({"points": {"fit": "100"}}, ["/points/fit"]),
        ({"comparisons": [{"a": "fit", "b": "luck", "ratio": 3}]}, ["/comparisons/0/b"]),
        ({"comparisons": [{"a": "fit", "b": "fit", "ratio": 1}]}, ["/comparisons/0"]),
        ({"comparisons": [{"a": "fit", "b": "access", "ratio": 10}]}, ["/comparisons/0/ratio"]),
        ({"comparisons": [{"a": "fit", "b": "access", "ratio": 0}]}, ["/comparisons/0/ratio"]),
        ({"comparisons": [{"a": "fit", "b": "access"}]}, ["/comparisons/0/ratio"]),
        ({"comparisons": []}, ["/comparisons"] * 6),
        (
            {"comparisons": [{"a": "fit", "b": "access", "ratio": 3}, {"a": "access", "b": "fit", "ratio": 3}]},
            ["/comparisons/1", *["/comparisons"] * 5],
        ),
    ],
)
async def test_an_answer_that_cannot_be_right_says_where(client, body, pointers):
    url, ada, _ = await a_round_of_two(client)

    refused = await client.put(f"{url}/answer", json={"user_id": ada, **body})

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == pointers


async def test_who_is_not_asked_does_not_answer(client):
    url, _, _ = await a_round_of_two(client)
    stranger = await a_person(client, "product")

    refused = await client.put(f"{url}/answer", json={"user_id": stranger, "points": {"fit": 100}})
    unnamed = await client.put(f"{url}/answer", json={"points": {"fit": 100}})

    assert (refused.status_code, refused.json()["code"]) == (409, "not_asked_for_feedback")
    assert (unnamed.status_code, unnamed.json()["errors"][0]["pointer"]) == (422, "/user_id")


async def test_answers_are_blind_until_the_round_is_closed_and_then_revealed(app, client):
    url, ada, ben = await a_round_of_two(client)
    await weighs(client, url, ada, 97, 1, 1, 1)

    async with await own_client(app, client, ben) as his:
        anothers = await his.get(f"{url}/answer", params={"user_id": ada})
        seen = [await his.get(url), await client.get(url)]
    blind = await client.get(f"{url}/answer", params={"user_id": ada})
    await ok(client.post(f"{url}/close"))
    revealed = await ok(client.get(f"{url}/answer", params={"user_id": ada}))

    assert [(one.status_code, one.json()["code"]) for one in (anothers, blind)] == [(409, "answers_blind")] * 2
    for answer in seen:
        assert answer.json()["result"] is None
        assert not re.search(r"points|method|\b97\b", answer.text)
    assert revealed["points"]["fit"] == 97


async def test_a_key_of_ones_own_speaks_for_its_person_alone_and_sees_the_persons_answer(app, client):
    url, ada, ben = await a_round_of_two(client)

    async with await own_client(app, client, ada) as her:
        nothing_yet = await her.get(f"{url}/answer")
        given = await ok(her.put(f"{url}/answer", json={"points": points(96, 2, 1, 1)}))
        read = await ok(her.get(f"{url}/answer"))
        for_another = await her.put(f"{url}/answer", json={"user_id": ben, "points": {"fit": 100}})
    whose = await client.get(f"{url}/answer")

    assert (nothing_yet.status_code, nothing_yet.json()["code"]) == (404, "answer_not_found")
    assert read == given
    assert (given["user_id"], given["weights"]["fit"]) == (ada, 0.96)
    assert (for_another.status_code, for_another.json()["code"]) == (403, "speaks_for_another")
    assert (whose.status_code, whose.json()["errors"][0]["pointer"]) == (422, "/query/user_id")


async def test_answers_of_an_abandoned_round_stay_blind(client):
    url, ada, _ = await a_round_of_two(client)
    await weighs(client, url, ada, 97, 1, 1, 1)
    await ok(client.post(f"{url}/abandon"))

    refused = await client.get(f"{url}/answer", params={"user_id": ada})

    assert (refused.status_code, refused.json()["code"]) == (409, "answers_blind")


async def test_nobody_answers_after_the_round_is_closed(client):
    url, ada, ben = await a_round_of_two(client)
    await weighs(client, url, ada, 97, 1, 1, 1)
    await ok(client.post(f"{url}/close"))

    refused = await client.put(f"{url}/answer", json={"user_id": ben, "points": {"fit": 100}})
    silent = await client.get(f"{url}/answer", params={"user_id": ben})

    assert (refused.status_code, refused.json()["detail"]) == (409, "it is closed")
    assert (silent.status_code, silent.json()["code"]) == (404, "answer_not_found")


async def test_comparisons_can_be_read_as_they_were_kept(app, client):
    url, ada, _ = await a_round_of_two(client)
    given = await compares(client, url, ada, judged(0.4, 0.3, 0.2, 0.1))

    async with await own_client(app, client, ada) as her:
        read = await ok(her.get(f"{url}/answer"))

    assert read == given
