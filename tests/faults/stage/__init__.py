"""What is broken: the processes, the broker and the database of one portal."""
