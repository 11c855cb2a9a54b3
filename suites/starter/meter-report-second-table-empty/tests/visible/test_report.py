from meterdata.report import report


def test_totals_are_those_of_the_table(meter_file):
    path = meter_file("2024-05-01,08:00,1.5", "2024-05-01,09:00,2.0", "2024-05-02,08:00,error")
    assert report(path)[-1] == "2 readings, 3.5 kWh"


def test_empty_file(meter_file):
    assert report(meter_file()) == ["0 readings, 0.0 kWh"]
