"""The flow ``document-ingest``: what is in a folder of documents, and what is in it twice."""
