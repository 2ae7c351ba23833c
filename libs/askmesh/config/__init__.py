"""Settings of services, read once from the environment."""

from askmesh.config._loading import environment_variables, load, variable_of
from askmesh.config._settings import ServiceSettings

__all__ = ["ServiceSettings", "environment_variables", "load", "variable_of"]
