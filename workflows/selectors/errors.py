"""What a read answers when there is nothing to give."""


class Missing(LookupError):  # noqa: N818 (says what the matter is)
    """There is no such thing; the message says which, in the reader's language."""
