"""The page that starts a workflow: a form made from its input schema, and a dry run beside it."""
