"""The store over MongoDB: standalone server, replica set or shards."""
