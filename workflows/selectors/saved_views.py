"""Reads of saved views: everybody has their own."""

from workflows.models import SavedView
from workflows.selectors.errors import Missing


def saved_views_of(user_id: int) -> list[SavedView]:
    """List a user's views by name."""
    return list(SavedView.objects.filter(user=user_id).order_by("name"))


def saved_view(user_id: int, view_id: int) -> SavedView:
    """Read a view of this user.

    Raises:
        Missing: they have none of this id.
    """
    view = SavedView.objects.filter(user=user_id, pk=view_id).first()
    if view is None:
        raise Missing
    return view
