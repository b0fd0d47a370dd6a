-- What a database of educonnect_owner needs before its first migration; run in it by a superuser, repeatable.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO educonnect_owner;
GRANT USAGE ON SCHEMA public TO educonnect_app, educonnect_crossing;

ALTER DEFAULT PRIVILEGES FOR ROLE educonnect_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO educonnect_app, educonnect_crossing;
ALTER DEFAULT PRIVILEGES FOR ROLE educonnect_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO educonnect_app, educonnect_crossing;

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
