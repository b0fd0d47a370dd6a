"""The library under every module: tenancy, events, idempotency, pages, jobs, clock."""
