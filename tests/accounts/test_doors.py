"""The doors of facts, one way for every kind."""


async def test_a_record_is_created_read_and_listed(client):
    made = await client.post("/v1/accounts", json={"name": "Cancity"})
    assert made.status_code == 201, made.text

    read = await client.get(made.headers["location"])
    listed = await client.get("/v1/accounts")

    assert read.json() == made.json()
    assert listed.json() == {"data": [made.json()], "next_cursor": None}
