from itertools import permutations

from checkout.pricing import Receipt


def test_gift_card_pays_what_coupons_leave(receipt):
    for codes in permutations(["A3000", "G2000", "P10"]):
        assert receipt(5000, *codes) == Receipt(goods=5000, discount=3500, gift_cards=1500, to_pay=0)


def test_gift_card_is_not_touched_when_coupons_suffice(receipt):
    assert receipt(2000, "G1000", "A2500") == Receipt(goods=2000, discount=2000, gift_cards=0, to_pay=0)


def test_percentage_of_the_full_price_not_of_what_a_gift_card_leaves(receipt):
    assert receipt(10000, "G5000", "P50") == Receipt(goods=10000, discount=5000, gift_cards=5000, to_pay=0)


def test_two_gift_cards(receipt):
    assert receipt(3000, "G1000", "G500").to_pay == 1500
