"""The one error the sandbox shows to those who start it."""


class SandboxError(Exception):
    """The sandbox cannot start; the text is one sentence with the port or the place in the seed file."""
