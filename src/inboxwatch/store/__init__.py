"""The journal on disk: schema, migrations, SQLite, the lock."""
