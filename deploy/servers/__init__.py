"""Private PostgreSQL and Redis (or Valkey) servers for the demo and the tests.

They listen on Unix sockets in a private directory only: no port can clash, and no other user of the
machine can connect. `binaries` finds or fetches them, `roles` makes the three database roles.
"""
