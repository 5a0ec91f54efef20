"""Steps that leave a mark in a file whenever their code begins: outside of the database, and so beyond doubt."""

import os
import time

from workflows.authoring import step, workflow


@step
def mark(path: str, number: int) -> int:
    with open(path, "ab", buffering=0) as file:  # noqa: PTH123 (one write, one line, whoever else writes)
        file.write(f"{time.time_ns()} {os.getpid()} {number}\n".encode())
    time.sleep(0.001)
    return number + 1


@workflow(title="Leaves marks")
def marks(path: str):
    number: object = 0
    for _ in range(60):
        number = mark(path, number)
    return number
