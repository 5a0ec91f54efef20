"""Who may read; who may change something is decided by the operation that changes it."""

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class MayRead(BasePermission):
    """Lets those read who hold the permission that the view names as ``needs_to_read``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the user may do this."""
        permission: str = getattr(view, "needs_to_read", "")
        if request.method not in SAFE_METHODS or not permission:
            return True
        self.message = _("you may not read this; ask for the permission %(permission)s") % {"permission": permission}
        return request.user.has_perm(permission)
