"""Resources as they are meant to go: told of, given, used, rated, reported on."""

from tests.asking import ok
from tests.resourcing.catalogue.ground import a_whole_story
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_every_operation_is_carried_out_once_and_the_report_tells_of_it(client):
    ids = await a_whole_story(client)

    report = await ok(client.get("/v1/resourcing/utilization"))

    assert report["groups"][0]["key"] == ids["resource_id"]
    assert report["groups"][0]["quantities"]["used"] == 3  # 2 after the change, 1 by the batch
    assert report["worth"][0]["value"] == 4
    assert report["fully_utilizing"]["benchmark"]["value"] == 16
