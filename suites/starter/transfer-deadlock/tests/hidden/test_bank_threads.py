import threading

import pytest

from bank import Account, Bank, NotEnoughMoney


def test_accounts_in_a_ring(meeting_locks, run_together):
    accounts = [Account(number, 50, lock) for number, lock in zip((7, 3, 5), meeting_locks(3))]
    bank = Bank()
    pairs = list(zip(accounts, accounts[1:] + accounts[:1]))
    errors = run_together(*(lambda pair=pair: bank.transfer(*pair, cents=5) for pair in pairs))
    assert errors == []
    assert [account.balance for account in accounts] == [50, 50, 50]
    assert sorted(bank.journal) == [(3, 5, 5), (5, 7, 5), (7, 3, 5)]


def test_equal_balances_do_not_matter(meeting_locks, run_together):
    ann, bob = (Account(number, 10, lock) for number, lock in zip((9, 4), meeting_locks(2)))
    bank = Bank()
    errors = run_together(
        lambda: bank.transfer(bob, ann, cents=10),
        lambda: bank.transfer(ann, bob, cents=10),
    )
    assert errors == []
    assert ann.balance + bob.balance == 20


def test_no_money_is_on_its_way_while_an_account_is_busy(meeting_locks):
    ann, bob = (Account(number, 100, lock) for number, lock in enumerate(meeting_locks(2)))
    with bob.lock:
        bob.lock.asked.clear()
        thread = threading.Thread(target=lambda: Bank().transfer(ann, bob, cents=30), daemon=True)
        thread.start()
        while thread.is_alive() and not bob.lock.asked.wait(timeout=0.01):
            pass
        assert ann.balance + bob.balance == 200
    thread.join(timeout=0.6)
    assert (ann.balance, bob.balance) == (70, 130)


def test_both_accounts_are_free_after_a_refusal(run_together):
    ann, bob = Account(1, 10), Account(2, 10)
    bank = Bank()
    with pytest.raises(NotEnoughMoney):
        bank.transfer(ann, bob, cents=11)
    assert (ann.balance, bob.balance, bank.journal) == (10, 10, [])
    assert run_together(lambda: bank.transfer(bob, ann, cents=1), lambda: bank.transfer(ann, bob, cents=1)) == []


def test_many_transfers_lose_nothing(run_together):
    accounts = [Account(number, 1000) for number in range(4)]
    bank = Bank()

    def pass_on():
        for turn in range(60):
            place = turn % 3
            bank.transfer(accounts[place], accounts[place + 1], cents=1)

    assert run_together(pass_on, pass_on, pass_on) == []
    assert [account.balance for account in accounts] == [940, 1000, 1000, 1060]
    assert len(bank.journal) == 180


@pytest.mark.parametrize("cents", [0, -5])
def test_amounts_that_are_no_transfer(cents):
    with pytest.raises(ValueError, match="Cannot transfer"):
        Bank().transfer(Account(1, 10), Account(2, 10), cents=cents)


def test_an_account_cannot_pay_itself():
    account = Account(1, 10)
    with pytest.raises(ValueError, match="two accounts"):
        Bank().transfer(account, account, cents=1)
