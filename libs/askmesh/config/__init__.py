"""Settings of services, read once from the environment."""

from askmesh.config._loading import ServiceSettings, environment_variables, load, variable_of

__all__ = ["ServiceSettings", "environment_variables", "load", "variable_of"]
