"""The one way in which bringing things up ends early."""


class StartFailure(Exception):
    """Something could not be started; the message is the one line that the developer reads."""
