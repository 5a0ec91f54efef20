"""The values that fields take from a fixed set. The schema names each set once (``ENUM_NAME_OVERRIDES``)."""

from typing import Final

from audit.export import FORMATS
from audit.models import Result, Surface

RESULTS: Final = Result.values
SURFACES: Final = Surface.values
EXPORT_FORMATS: Final = list(FORMATS)
