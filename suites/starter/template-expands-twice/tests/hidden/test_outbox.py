from mailer import Letter, Outbox


def test_a_letter_quotes_what_was_typed():
    outbox = Outbox({"secret": "s3cret", "team": "Support"})
    outbox.add("ada", Letter("Re: {{ topic }}", "{{ comment }}\n{{ team }}"), topic="{{ secret }}", comment="{{team}}")
    assert outbox.waiting == [("ada", "Re: {{ secret }}", "{{team}}\nSupport")]


def test_one_letter_each():
    outbox = Outbox()
    assert outbox.add_all(["ada", "bob"], Letter("Hi", "Dear {{ recipient }}")) == 2
    assert [body for _, _, body in outbox.waiting] == ["Dear ada", "Dear bob"]
