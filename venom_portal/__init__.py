"""The portal's Django project."""

from venom_portal.sqlite import use_safe_sqlite

use_safe_sqlite()
