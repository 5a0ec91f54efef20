"""The processes of a running portal: broker, web, worker and clock under a supervisor that ``up`` starts and stops."""


class PortalError(Exception):
    """The portal cannot be started or kept running; the message is one line that names cause and remedy."""
