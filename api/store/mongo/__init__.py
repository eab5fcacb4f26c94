"""The store over MongoDB: a standalone server, a replica set, shards, or a like engine."""

from api.store.mongo.store import MongoStore

__all__ = ["MongoStore"]
