# Run once by the image of PostgreSQL, when it makes its cluster: a role that owns one database and
# nothing else. The password comes from a file, so that no list of processes shows it.
psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres <<'SQL'
\set password `cat /run/secrets/database_password`
CREATE ROLE bookreviews LOGIN PASSWORD :'password';
CREATE DATABASE bookreviews OWNER bookreviews;
SQL
