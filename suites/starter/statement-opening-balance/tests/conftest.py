import pytest
from bookkeeping.entries import read_entries
from bookkeeping.journal import Journal

LEDGER = """day,text,cents
2024-01-15,Deposit,120000
2024-02-10,Repair,-20000
2024-03-01,Rent,25000
2024-03-31,Insurance,-5000
2024-04-01,Rent,25000
2024-04-01,Heating,-8000
2024-04-30,Fee,-500
"""


@pytest.fixture
def journal():
    return Journal(read_entries(LEDGER.splitlines()))
