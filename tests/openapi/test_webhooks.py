"""What is told to endpoints stands in the document, each message with an example that it takes."""

import json

from app.events.core.catalogue import CATALOGUE
from app.infra.documents.examples import LACKING
from tests.openapi.reading import faults


def test_every_type_of_event_has_a_message_with_an_example_that_it_takes(document):
    assert document["webhooks"].keys() == CATALOGUE.keys()
    found = []
    for name, item in document["webhooks"].items():
        media = item["post"]["requestBody"]["content"]["application/json"]
        assert media["example"]["type"] == name
        found += [(name, fault) for fault in faults(document, media["schema"], media["example"])]
    assert found == []
    assert LACKING not in json.dumps(document["webhooks"])
