from meterdata.report import report


def test_days_and_totals(meter_file):
    path = meter_file("2024-05-02,08:00,1.0", "2024-05-01,08:00,2.5", "2024-05-02,09:00,0.5")
    assert report(path) == ["2024-05-01 2.5", "2024-05-02 1.5", "3 readings, 4.0 kWh"]


def test_faults_are_in_neither(meter_file):
    path = meter_file("2024-05-01,08:00,error", "2024-05-01,09:00,4", "2024-05-02,08:00,")
    assert report(path) == ["2024-05-01 4.0", "1 readings, 4.0 kWh"]


def test_only_faults(meter_file):
    assert report(meter_file("2024-05-01,08:00,error")) == ["0 readings, 0.0 kWh"]


def test_report_can_be_made_twice(meter_file):
    path = meter_file("2024-05-01,08:00,1.0")
    assert report(path) == report(path) == ["2024-05-01 1.0", "1 readings, 1.0 kWh"]
