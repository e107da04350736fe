"""Whether a list sends the database a statement for each of its records."""

from collections import Counter

from tests.asking import counted, ok

ONE, MANY = 1, 100


async def sent_for(client, database, url, limit):
    """The statements of a page, and how many records it has."""
    with counted(database) as sent:
        page = await ok(client.get(url, params={"limit": limit}))
    return Counter(sent), max(len(found) for found in page.values() if isinstance(found, list))


async def the_longest(client, database, urls):
    """The first page with two records or more: where it is, and its statements; None where there is none."""
    for url in urls:
        sent, records = await sent_for(client, database, url, MANY)
        if records > 1:
            return url, sent
    return None


async def those_that_repeat(client, database, urls_of):
    """Lists that send a statement more often for many records than for one, and those of which there are no two."""
    repeated, too_few = {}, set()
    for path, urls in urls_of.items():
        longest = await the_longest(client, database, urls)
        if longest is None:
            too_few.add(path)
            continue
        url, for_many = longest
        for_one, _ = await sent_for(client, database, url, ONE)
        if again := [sent for sent, times in for_many.items() if times > max(1, for_one[sent])]:
            repeated[path] = again
    return repeated, too_few
