def test_ticking_goes_up_to_the_top_of_the_copy(template):
    copy = template.clone()
    for title in ("Order", "Install", "Photo"):
        copy.find(title).tick()
    assert copy.done
    assert not any(task.done for task in template.walk())


def test_every_task_of_a_copy_hangs_in_the_copy(template):
    copy = template.clone()
    for task in copy.walk():
        assert all(child.parent is task for child in task.children)
    assert copy.find("Install").path() == "New employee / Laptop / Install"


def test_the_template_still_hangs_together(template):
    template.clone()
    for task in template.walk():
        assert all(child.parent is task for child in task.children)


def test_nothing_is_shared(template):
    copy = template.clone()
    ours, theirs = list(template.walk()), list(copy.walk())
    assert not {id(task) for task in ours} & {id(task) for task in theirs}
    copy.find("Photo").labels.append("new")
    copy.find("Badge").add("Return")
    assert template.find("Photo").labels == ["desk", "ground floor"]
    assert len(template.find("Badge").children) == 1


def test_a_copy_of_a_section_stands_on_its_own(template):
    section = template.find("Laptop").clone()
    assert section.parent is None
    assert section.path() == "Laptop"
    for title in ("Order", "Install"):
        section.find(title).tick()
    assert section.done
    assert not template.done
    assert not template.find("Laptop").done
    assert len(template.children) == 2


def test_a_copy_of_a_section_holds_nothing_of_the_rest(template):
    section = template.find("Laptop").clone()
    top = section
    while top.parent is not None:
        top = top.parent
    assert [task.title for task in top.walk()] == ["Laptop", "Order", "Install"]


def test_ticks_are_copied(template):
    template.find("Order").tick()
    copy = template.clone()
    assert copy.find("Order").done
    copy.find("Install").tick()
    assert copy.find("Laptop").done
    assert not template.find("Laptop").done


def test_a_copy_of_a_copy(template):
    second = template.clone().clone()
    second.find("Photo").tick()
    assert second.find("Badge").done
    assert second.find("Badge").parent is second
