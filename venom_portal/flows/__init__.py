"""The flows that the portal brings along."""

from venom_portal.flows.documents.flow import document_ingest
from venom_portal.flows.drill import fire_drill

__all__ = ["document_ingest", "fire_drill"]
