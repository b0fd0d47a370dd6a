"""The channel layer: sockets wait patiently for Redis, and ordinary code tells a group without waiting long.

What goes through it is a nudge that may be lost: whoever hears it asks the database for what is new.
"""

import asyncio
import logging

import redis
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer, RedisSingleShardConnection
from redis import asyncio as aioredis

logger = logging.getLogger(__name__)

CONNECTIONS = 50
PATIENCE = 0.2  # seconds to connect, and again to be answered


class PatientConnection(RedisSingleShardConnection):
    """Its pool waits for a connection, and reads for as long as nothing is said.

    Two traps of the usual pool: it raises once all its connections are taken, as when thousands of sockets
    leave together; and redis-py 8 reads for 5 s by default, no longer than channels_redis waits.
    """

    def _ensure_redis(self) -> None:
        if self._redis is None:
            pool = aioredis.BlockingConnectionPool.from_url(
                self.host["address"],
                max_connections=CONNECTIONS,
                timeout=None,
                socket_timeout=None,
                socket_connect_timeout=PATIENCE,
            )
            self._redis = aioredis.Redis(connection_pool=pool)
            self._pubsub = self._redis.pubsub()


class PatientRedisLayer(RedisPubSubChannelLayer):
    """channels_redis's pub/sub layer on one Redis, reached by `redis://` or `unix://`."""

    def __init__(self, *, address: str, prefix: str) -> None:
        super().__init__(hosts=[address], prefix=prefix)
        self._prefix = prefix
        self._teller = redis.Redis.from_url(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

    def tell(self, group: str, message: dict) -> None:
        """`group_send` for code without an event loop; a dead or frozen Redis costs 0.4 s, and no error."""
        channel = f"{self._prefix}__group__{group}"  # as RedisPubSubLoopLayer names it
        try:
            self._teller.publish(channel, self.serialize(message))
        except (redis.RedisError, OSError) as trouble:
            logger.warning("No news was sent (%s): pages will ask", type(trouble).__name__)

    def _get_layer(self) -> RedisPubSubLoopLayer:
        is_new = asyncio.get_running_loop() not in self._layers
        layer = super()._get_layer()
        if is_new:
            layer._shards = [PatientConnection(shard.host, layer) for shard in layer._shards]
        return layer
