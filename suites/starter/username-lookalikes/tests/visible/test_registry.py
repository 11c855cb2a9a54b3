import pytest

from accounts import NameTaken


def test_composed_and_combining_accents_are_one_name(registry):
    registry.add("Jos\u00e9")
    with pytest.raises(NameTaken):
        registry.add("Jose\u0301")


def test_case_does_not_matter(registry):
    account = registry.add("Ada")
    assert registry.find("ADA") == account
