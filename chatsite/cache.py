"""The shared cache, which may be absent at any moment."""

import logging

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class SoftRedisCache(RedisCache):
    """Django's Redis cache, for which a Redis that is down is an empty cache: a fragment that cannot be had is drawn."""

    def get(self, key, default=None, version=None):
        return self._soft(super().get, default, key, default, version=version)

    def get_many(self, keys, version=None):
        return self._soft(super().get_many, {}, keys, version=version)

    def set(self, key, value, *args, **kwargs):
        return self._soft(super().set, None, key, value, *args, **kwargs)

    def set_many(self, data, *args, **kwargs):
        return self._soft(super().set_many, list(data), data, *args, **kwargs)

    def _soft(self, call, without, *args, **kwargs):
        try:
            return call(*args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning("cache is down", extra={"error": type(error).__name__})
            return without
