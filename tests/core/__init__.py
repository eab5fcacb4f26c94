"""The pure core of the framework: dates, lifecycles, patches, ownership, errors, ids, retries."""
