"""A connection's settings as JSON."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core.connection import Attribute, FieldMapping, Settings, Stage
from app.crm.core.settings_documents import settings_document, settings_from
from app.crm.core.spec import OBJECTS, Field

words = st.text(max_size=10)
values = st.none() | st.booleans() | st.integers(-9, 9) | words
fields = st.builds(
    Field,
    path=words,
    transform=st.sampled_from(["text", "map", "percent"]),
    values=st.dictionaries(words, values, max_size=2),
    constant=values,
)
attributes = st.builds(
    Attribute, key=words, type=st.sampled_from(["text", "date"]), field=fields, label=st.none() | words
)
mappings = st.builds(
    FieldMapping,
    fields=st.dictionaries(words, fields, max_size=2),
    attributes=st.lists(attributes, max_size=2).map(tuple),
    metrics=st.dictionaries(words, fields, max_size=2),
)
stages = st.builds(
    Stage,
    name=st.none() | words,
    status=st.none() | st.sampled_from(["open", "won", "lost"]),
    probability=st.none() | st.sampled_from([0.0, 0.25, 1.0]),
)
settings = st.builds(
    Settings,
    public_url=words,
    signature=words,
    organization_id=words,
    default_currency=st.none() | words,
    stages=st.dictionaries(words, stages, max_size=2),
    mapping=st.dictionaries(st.sampled_from(OBJECTS), mappings, max_size=2),
    write_back=st.dictionaries(st.sampled_from(["tier", "composite"]), words, max_size=2),
    variables=st.dictionaries(words, words, max_size=2),
    custom=st.none() | st.dictionaries(words, values, max_size=2),
)


@given(settings)
def test_settings_come_back_from_json_as_they_were(given_settings):
    assert settings_from(orjson.loads(orjson.dumps(settings_document(given_settings)))) == given_settings


def test_settings_that_nobody_settled_take_no_room():
    assert settings_document(Settings()) == {}
    assert settings_from({}) == Settings()


def test_settings_of_a_later_release_are_passed_over():
    assert settings_from({"public_url": "https://kap.example", "invented": 1}) == Settings("https://kap.example")
