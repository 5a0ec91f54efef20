"""A process that holds SQLite's write lock: ``python -m tests.faults.stage.sqlite_holder PATH hold|write``.

``hold`` takes the lock, says so, and keeps it until its input ends. ``write`` commits one large transaction after the
other until it is killed, so that the kill meets a commit more often than not.
"""

import sys

from venom_portal.sqlite import connection_options, use_safe_sqlite


def main(path: str, way: str) -> None:
    """Hold the lock."""
    use_safe_sqlite()
    import sqlite3

    connection = sqlite3.connect(path, timeout=20, isolation_level=None)
    for statement in str(connection_options()["init_command"]).split(";"):
        connection.execute(statement)
    connection.execute("CREATE TABLE IF NOT EXISTS faults_scratch (id INTEGER PRIMARY KEY, content BLOB)")
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    if way == "hold":
        sys.stdin.read()
        connection.execute("ROLLBACK")
        return
    while True:
        connection.execute("DELETE FROM faults_scratch")
        connection.executemany(
            "INSERT INTO faults_scratch (content) VALUES (randomblob(?))", [(4000,) for _ in range(200)]
        )
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
