"""Files that are written anew as a whole."""

from askmesh.replacing._replacing import replacing

__all__ = ["replacing"]
