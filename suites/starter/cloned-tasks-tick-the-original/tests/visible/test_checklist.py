def test_ticking_in_a_copy_completes_the_section_of_the_copy(template):
    copy = template.clone()
    copy.find("Photo").tick()
    assert copy.find("Badge").done
    assert not template.find("Badge").done


def test_a_copy_has_the_same_tasks(template):
    assert [task.title for task in template.clone().walk()] == [task.title for task in template.walk()]
