"""What the other modules ask."""

from apps.core.clock import now
from apps.messaging import api
from tests.factories.classes import EnrolmentFactory
from tests.factories.messaging import make_thread
from tests.factories.people import GuardianshipFactory


def test_what_is_not_read_is_counted_in_all_and_by_pupil(pair):
    make_thread(pair, "Bonjour", "Bonjour Madame", "Merci", "De rien")
    thread = make_thread(pair)
    other = EnrolmentFactory(class_group=pair.enrolment.class_group).student
    GuardianshipFactory(student=other, guardian=pair.care.guardian)
    api.start_thread(student=other, by=pair.teacher, to=[pair.mother.pk], subject="s", body="b", at=now())
    assert api.unread_count(pair.mother) == 2
    assert api.inbox(pair.mother).answer().by_student == {pair.student.pk: 1, other.pk: 1}
    assert api.unread_count(pair.teacher) == 1
    api.mark_read(thread_id=thread.pk, by=pair.teacher, up_to=1, at=now())
    assert api.unread_count(pair.teacher) == 0


def test_the_stamp_changes_with_each_message_and_each_reading(pair):
    stamps = [api.stamp(pair.teacher)]
    thread = make_thread(pair)
    stamps.append(api.stamp(pair.teacher))
    api.mark_read(thread_id=thread.pk, by=pair.teacher, up_to=1, at=now())
    stamps.append(api.stamp(pair.teacher))
    api.post_message(thread_id=thread.pk, by=pair.mother, body="Merci", at=now())
    stamps.append(api.stamp(pair.teacher))
    assert len(set(stamps)) == 4
    assert api.stamp(pair.teacher) == stamps[-1]


def test_each_question_is_one_query(pair, thread, count_queries):
    assert count_queries(api.inbox(pair.mother).answer) == 1
