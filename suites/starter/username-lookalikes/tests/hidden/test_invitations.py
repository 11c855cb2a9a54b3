def test_a_name_is_invited_once(invitations):
    assert invitations.invite(["Jos\u00e9", "Jose\u0301", "JOSE\u0301", "Ada"]) == 2


def test_an_invitation_finds_the_account(registry, invitations):
    invitations.invite(["Jose\u0301", "Ada"])
    account = registry.add("JOS\u00c9")
    assert invitations.accepted() == [account]
    assert invitations.open() == ["Ada"]
