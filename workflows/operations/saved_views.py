"""Keep filters under names. They are a person's own and change no run, so the trail does not tell of them."""

from django.utils.translation import gettext as _

from workflows.engine.transaction import writing
from workflows.models import SavedView

MOST_VIEWS = 50


class TooManyViews(Exception):  # noqa: N818 (names what is the matter, as the other refusals do)
    """Somebody has as many views as they may."""


def save_view(user_id: int, name: str, query: str, *, is_default: bool) -> SavedView:
    """Keep a query under a name; another one of the same name is replaced.

    Raises:
        TooManyViews: one has to be deleted first.
    """
    with writing():
        mine = SavedView.objects.filter(user=user_id)
        if mine.exclude(name=name).count() >= MOST_VIEWS:
            raise TooManyViews(
                _("You have %(most)s views, which is the most; delete one first.") % {"most": MOST_VIEWS}
            )
        view, _is_new = SavedView.objects.update_or_create(user_id=user_id, name=name, defaults={"query": query})
        if is_default:
            make_default(view)
    return view


def make_default(view: SavedView) -> None:
    """Let a view be opened first, instead of whichever was."""
    with writing():
        SavedView.objects.filter(user=view.user_id, is_default=True).update(is_default=False)
        SavedView.objects.filter(pk=view.pk).update(is_default=True)


def make_no_default(view: SavedView) -> None:
    """Let all runs be shown first again."""
    SavedView.objects.filter(pk=view.pk).update(is_default=False)


def delete_view(view: SavedView) -> None:
    """Forget a view."""
    view.delete()
