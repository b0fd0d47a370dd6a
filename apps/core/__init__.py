"""The library under every module: tenancy, events, idempotency, pages, jobs, clock. It knows no school's business."""
