from bank import Account, Bank


def test_two_accounts_pay_each_other(meeting_locks, run_together):
    ann, bob = (Account(number, 100, lock) for number, lock in enumerate(meeting_locks(2)))
    bank = Bank()
    errors = run_together(
        lambda: bank.transfer(ann, bob, cents=30),
        lambda: bank.transfer(bob, ann, cents=10),
    )
    assert errors == []
    assert (ann.balance, bob.balance) == (80, 120)


def test_a_transfer_moves_money():
    ann, bob = Account(1, 100), Account(2)
    Bank().transfer(ann, bob, cents=40)
    assert (ann.balance, bob.balance) == (60, 40)
