"""The channel layer on a real Redis, then on none, a frozen one, and one that hangs up."""

import asyncio
import socket
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

from apps.core.channels import PatientRedisLayer

ADDRESS = settings.CHANNEL_LAYERS["default"]["CONFIG"]["address"]
NEWS = {"type": "news", "thread": 12}


@pytest.fixture
def layer():
    """A layer that nobody else hears."""
    return PatientRedisLayer(address=ADDRESS, prefix=uuid.uuid4().hex)


@pytest.fixture
def frozen():
    """The address of a Redis that lets everyone in and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def dead():
    """The address of a Redis that is no longer there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


async def listeners(layer, count, group="thread.12"):
    channels = [await layer.new_channel() for _ in range(count)]
    for channel in channels:
        await layer.group_add(group, channel)
    return [asyncio.create_task(layer.receive(channel)) for channel in channels]


async def heard(tasks):
    return await asyncio.wait_for(asyncio.gather(*tasks), 10)


def test_the_settings_name_this_layer_and_keep_each_deployment_apart():
    layer = get_channel_layer()
    assert isinstance(layer, PatientRedisLayer)
    assert layer._prefix == settings.CHANNEL_PREFIX


def test_ordinary_code_is_heard_by_every_socket_of_the_group_and_by_no_other(layer):
    @async_to_sync
    async def scene():
        theirs, others = await listeners(layer, 200), await listeners(layer, 1, "thread.13")
        await asyncio.to_thread(layer.tell, "thread.12", NEWS)
        assert await heard(theirs) == [NEWS] * 200
        assert not others[0].done()
        others[0].cancel()

    scene()


def test_sockets_are_heard_too(layer):
    @async_to_sync
    async def scene():
        theirs = await listeners(layer, 2)
        await layer.group_send("thread.12", NEWS)
        assert await heard(theirs) == [NEWS, NEWS]

    scene()


def test_a_thousand_sockets_may_leave_together(layer):
    @async_to_sync
    async def scene():
        leaving = await listeners(layer, 1000)
        await asyncio.sleep(0)
        for task in leaving:
            task.cancel()
        ends = await asyncio.gather(*leaving, return_exceptions=True)
        assert {type(end) for end in ends} == {asyncio.CancelledError}
        assert not layer.channels

    scene()


def test_the_pool_waits_for_a_connection_and_reads_as_long_as_nothing_is_said(layer):
    @async_to_sync
    async def scene():
        await layer.new_channel()
        pool = layer._get_layer()._shards[0]._redis.connection_pool
        assert isinstance(pool, redis.asyncio.BlockingConnectionPool)
        assert (pool.max_connections, pool.timeout) == (50, None)
        assert pool.connection_kwargs["socket_timeout"] is None

    scene()


def test_a_lost_connection_comes_back_with_its_groups(layer, caplog):
    @async_to_sync
    async def scene():
        theirs = await listeners(layer, 3)
        await asyncio.to_thread(hang_up_on_listeners)
        while not theirs[0].done():
            await asyncio.to_thread(layer.tell, "thread.12", NEWS)
            await asyncio.sleep(0.1)
        assert await heard(theirs) == [NEWS] * 3

    scene()
    assert "(ConnectionError)" in caplog.text
    assert "Traceback" not in caplog.text


def hang_up_on_listeners():
    """Redis closes the connections that listen from our own database."""
    parts = urlsplit(ADDRESS)
    ours = parse_qs(parts.query).get("db", [parts.path.strip("/")])[0]
    with redis.Redis.from_url(ADDRESS) as server:
        for client in server.client_list(_type="pubsub"):
            if client["db"] == ours:
                server.client_kill_filter(_id=client["id"])


@pytest.mark.parametrize("state", ["dead", "frozen"])
def test_ordinary_code_is_never_held_up_nor_broken(state, request, caplog):
    layer = PatientRedisLayer(address=request.getfixturevalue(state), prefix="nobody")
    layer.tell("thread.12", NEWS)
    assert "No news was sent" in caplog.text
    assert "thread.12" not in caplog.text


def test_nobody_waits_more_than_half_a_second_for_redis(layer):
    waiting = layer._teller.connection_pool.connection_kwargs
    assert waiting["socket_connect_timeout"] + waiting["socket_timeout"] <= 0.5
    assert layer._teller.get_retry() is None or layer._teller.get_retry().get_retries() == 0
