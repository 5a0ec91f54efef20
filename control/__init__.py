"""The stack that workflows run on."""
