"""The addresses of the REST API."""

urlpatterns: list = []
