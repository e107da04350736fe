"""What was met is not asked for again, as far as it is remembered."""

from app.crm.core.met import Met


def test_what_was_met_is_known_until_it_is_forgotten():
    met = Met()
    met.meet("one", ["a", "b"])
    met.meet("one", ["c"])

    assert met.unmet("one", ["d", "c", "a"]) == ["d"]
    assert met.unmet("other", ["a"]) == ["a"]

    met.forget("one")
    assert met.unmet("one", ["a"]) == ["a"]


def test_of_too_much_the_oldest_is_forgotten_first():
    met = Met(most=3)
    met.meet("old", ["a", "b"])
    met.meet("new", ["c", "d"])

    assert met.unmet("old", ["a"]) == ["a"]
    assert met.unmet("new", ["c", "e"]) == ["e"]

    met.meet("new", ["e", "f"])
    assert met.unmet("new", ["c"]) == ["c"]
