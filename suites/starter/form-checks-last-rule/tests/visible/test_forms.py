from forms import Rule, build_checks


def test_field_is_checked_with_its_own_rule():
    checks = build_checks({"name": Rule(1, 40), "pin": Rule(4, 4)})
    assert checks["name"]("Annabel") is None


def test_last_field_is_checked():
    checks = build_checks({"name": Rule(1, 40), "pin": Rule(4, 4)})
    assert checks["pin"]("123") == "pin needs at least 4 characters"
