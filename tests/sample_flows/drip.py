"""A flow that goes on writing to its log, for whoever follows it."""

import time

from workflows.authoring import StopRequested, current, step, workflow


@step
def drip_lines(lines: int) -> int:
    for number in range(lines):
        if current().should_stop():
            raise StopRequested
        print("drop", number)
        time.sleep(0.03)
    return lines


@workflow(title="Writes line after line")
def drip(lines: int = 100):
    return drip_lines(lines)
