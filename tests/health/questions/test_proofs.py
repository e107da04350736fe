"""The records that are shown are those that the figures count, whatever an organization's data look like."""

import pytest

from app.health.core.questions import QUESTIONS
from app.health.service import questions
from tests.metrics import random_worlds
from tests.metrics.ground import founded
from tests.metrics.oracle import Oracle
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
STAGES = ("Proposal",)


async def answers(world, account, day):
    async with world.database.transaction(world.tenant_id) as connection:
        return (await questions.answered(connection, world.tenant_id, account, day)).answers


def expected(oracle, account):
    counted = oracle.answers(account)
    return {
        "new_offerings": counted["offerings_proposed_new"],
        "new_executives": counted["executives_met_new"],
        "new_proposals": oracle.proposals_new(account, STAGES),
        "new_referrals": oracle.referrals_new(account),
        "advocates": counted["advocacy"],
        "sole_sourced": counted["sole_source_share"],
    }


@pytest.mark.parametrize("seed", range(3))
async def test_on_any_day_the_records_tally_to_the_figure_and_to_what_plain_counting_finds(database, seed):
    world = await founded(database, proposal_stages=list(STAGES))
    accounts = random_worlds.filled(world, seed, deals=90)
    await world.save()

    shown = 0
    for day in random_worlds.DAYS[:3]:
        oracle = Oracle(world, day)
        for account in accounts:
            found, plain = await answers(world, account, day), expected(oracle, account)
            assert set(found) == {question.code for question in QUESTIONS}
            for code, answer in found.items():
                tallied = answer.tally.value
                if plain[code] is None:
                    assert (answer.value, tallied or 0) == (None, 0), (seed, day, code)
                else:
                    assert tallied == pytest.approx(plain[code], rel=1e-9), (seed, day, code)
                    assert answer.value in (None, pytest.approx(tallied, rel=1e-9))
                assert {record["account_id"] for record in answer.records} <= {account}
                shown += len(answer.records)
    assert shown > 30
