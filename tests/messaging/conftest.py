import pytest

from tests.factories.messaging import Pair, make_pair, make_thread


@pytest.fixture
def pair(school) -> Pair:
    return make_pair(student__last_name="Kouassi", student__first_name="Awa")


@pytest.fixture
def thread(pair):
    return make_thread(pair)
