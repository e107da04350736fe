import pytest
from tests.stories import STORIES
from tests.events.shapes import faults_of_events
from sqlalchemy import text
pytest_plugins=()
async def test_all(client, working, database, tenant):
    for story in dict.fromkeys(STORIES.values()):
        try:
            await story(client)
        except Exception as e:
            print("STORY", story.__module__, repr(e)[:300])
    async with database.transaction(tenant.id) as c:
        rows=(await c.execute(text("select type,count(*) from events group by 1 order by 1"))).all()
    print(rows)
    for f in dict.fromkeys(await faults_of_events(database, tenant.id)): print("FAULT", f)
