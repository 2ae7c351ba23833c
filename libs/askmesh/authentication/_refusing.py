"""What is said to a caller whose credential does not count. It never repeats the credential."""

from askmesh.errors import UnauthenticatedError


def invalid(why: str) -> UnauthenticatedError:
    """Return the error of a credential that is none; `why` is a clause for people."""
    return UnauthenticatedError("CREDENTIAL_INVALID", f"the credential is not valid: {why}")


def contradicting(why: str) -> UnauthenticatedError:
    """Return the error of credentials that stand for several callers; `why` is a clause."""
    return UnauthenticatedError("CREDENTIALS_CONTRADICT", f"nobody knows who calls: {why}")


def expired() -> UnauthenticatedError:
    """Return the error of a credential whose time is over."""
    return UnauthenticatedError("CREDENTIAL_EXPIRED", "the credential has expired: get a new one")
