def test_a_long_chain_of_roles(roles, access):
    for number in range(30):
        roles.include(f"level{number + 1}", f"level{number}")
    roles.include("level0", "reader")
    roles.give("zoe", "level30")
    assert access.allowed("zoe", "read", "wiki")


def test_roles_that_include_each_other(roles, policy, access):
    roles.include("ops", "oncall")
    roles.include("oncall", "ops")
    roles.include("oncall", "reader")
    policy.grant("ops", "restart", "*")
    roles.give("otto", "oncall")
    roles.give("olga", "ops")
    assert roles.of("otto") == roles.of("olga") == {"ops", "oncall", "reader"}
    assert access.allowed("otto", "restart", "db")
    assert access.allowed("olga", "read", "wiki")


def test_a_role_that_includes_itself(roles):
    roles.include("x", "x")
    roles.give("xena", "x")
    assert roles.of("xena") == {"x"}


def test_a_denial_far_away_wins(roles, policy, access):
    roles.include("reader", "guest")
    policy.deny("guest", "close", "wiki")
    roles.give("lena", "lead")
    assert not access.allowed("lena", "close", "wiki")
    assert access.allowed("lena", "write", "wiki")


def test_roles_are_not_included_upwards(roles, access):
    roles.give("rob", "reader")
    assert roles.of("rob") == {"reader"}
    assert not access.allowed("rob", "write", "wiki")


def test_an_inclusion_made_later_counts(roles, access):
    roles.give("mia", "manager")
    assert not access.allowed("mia", "read", "wiki")
    roles.include("manager", "lead")
    assert access.allowed("mia", "read", "wiki")
    roles.include("reader", "visitor")
    assert "visitor" in roles.of("mia")


def test_a_role_that_is_taken_takes_its_roles_along(roles, access):
    roles.give("lena", "lead")
    roles.give("lena", "reader")
    assert access.allowed("lena", "close", "wiki")
    roles.take("lena", "lead")
    assert roles.of("lena") == {"reader"}


def test_two_ways_to_the_same_role(roles):
    roles.include("lead", "reviewer")
    roles.include("reviewer", "reader")
    roles.give("lena", "lead")
    assert roles.of("lena") == {"lead", "editor", "reviewer", "reader"}


def test_somebody_without_roles(roles, access):
    assert roles.of("nobody") == frozenset()
    assert access.allowed_things("nobody", "read", ["wiki"]) == []
