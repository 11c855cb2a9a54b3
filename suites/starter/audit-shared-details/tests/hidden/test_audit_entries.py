from audit import Trail


def test_details_used_for_two_entries():
    trail, details = Trail(), {"page": "prices"}
    trail.record("view", "ada", details)
    trail.record("view", "bob", details)
    assert [trail.by("ada"), trail.by("bob")] == [[1], [2]]


def test_details_of_the_caller_are_left_alone():
    details = {"page": "prices"}
    Trail().record("view", "ada", details)
    assert details == {"page": "prices"}


def test_later_changes_by_the_caller_are_not_recorded():
    trail, details = Trail(), {"page": "prices"}
    trail.record("view", "ada", details)
    details["page"] = "imprint"
    assert trail.entries()[0]["details"] == {"page": "prices", "user": "ada"}


def test_trails_are_separate():
    first, second = Trail(), Trail()
    first.record("login", "ada")
    second.record("login", "bob")
    assert [first.by("ada"), second.by("ada")] == [[1], []]


def test_user_is_the_one_who_acted():
    trail = Trail()
    trail.record("edit", "ada", {"user": "bob"})
    assert trail.by("ada") == [1]


def test_entry_without_details_has_the_user_only():
    trail = Trail()
    trail.record("upload", "ada", {"file": "plan.pdf"})
    trail.record("login", "bob")
    assert trail.entries()[1] == {"number": 2, "action": "login", "details": {"user": "bob"}}


def test_numbers_count_from_one():
    trail = Trail()
    assert [trail.record("login", "ada"), trail.record("logout", "ada")] == [1, 2]
