from audit import Trail


def test_entries_keep_their_user():
    trail = Trail()
    trail.record("login", "ada")
    trail.record("login", "bob")
    assert [entry["details"]["user"] for entry in trail.entries()] == ["ada", "bob"]


def test_details_are_kept():
    trail = Trail()
    trail.record("upload", "ada", {"file": "plan.pdf"})
    assert trail.entries()[0]["details"] == {"file": "plan.pdf", "user": "ada"}
