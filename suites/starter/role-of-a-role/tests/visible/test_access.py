def test_a_lead_has_what_readers_have(roles, access):
    roles.give("lena", "lead")
    assert access.allowed("lena", "read", "wiki")


def test_an_editor_has_what_readers_have(roles, access):
    roles.give("ed", "editor")
    assert access.allowed("ed", "read", "wiki")
    assert not access.allowed("ed", "close", "wiki")
