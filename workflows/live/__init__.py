"""Live updates: server-sent events, from one hub for each web process.

The hub (``hub``) is a thread that tails the events of those runs that somebody watches, over one connection to the
database, and hands what is new to the streams (``stream``), which wait for it in memory. A stream itself touches the
database only to catch up with what happened before it was opened or while its client was too slow to follow, over the
few connections that all streams have in common (``catch_up``). So open pages cost no connections.

A run's events are numbered without a gap: whatever was lost or came twice on the way shows in the numbers, and the
database is asked again. Wake-up calls (``workflows.changes``) make it fast; without them the hub asks by itself.
"""
