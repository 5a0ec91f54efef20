"""What has to hold of a trail, as plain computation: knows neither the database nor the writer.

Imports the standard library, ``cryptography`` for signatures, and the canonical encoding. Rows come as they are in the
database; one that was altered may hold anything, and is a violation, never an exception.
"""
