"""The stack that workflows run on."""

from django.apps import AppConfig


class ControlConfig(AppConfig):
    """Changes to the stack: plan, apply, roll back."""

    name = "control"
