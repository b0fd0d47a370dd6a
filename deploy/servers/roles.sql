-- The three database roles, once in a cluster; run by a superuser, as often as you like.
--   educonnect_owner     owns the database and the schema, migrates; row-level security holds for it too
--   educonnect_app       serves: owns nothing, inherits nothing
--   educonnect_crossing  what the application becomes, by SET ROLE, for the few jobs that cross schools
-- Passwords are set apart: ALTER ROLE educonnect_app PASSWORD '…'.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'educonnect_owner') THEN
    CREATE ROLE educonnect_owner;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'educonnect_app') THEN
    CREATE ROLE educonnect_app;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'educonnect_crossing') THEN
    CREATE ROLE educonnect_crossing;
  END IF;
END $$;

ALTER ROLE educonnect_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE educonnect_app LOGIN NOINHERIT NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE educonnect_crossing NOLOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;

DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 160000 THEN
    EXECUTE 'GRANT educonnect_crossing TO educonnect_app WITH INHERIT FALSE, SET TRUE';
  ELSE
    GRANT educonnect_crossing TO educonnect_app;  -- a NOINHERIT member
  END IF;
END $$;
