"""The one error the sandbox shows to those who start it."""


class SandboxError(Exception):
    """The sandbox cannot start. Its text is one clear sentence that names the port or the place in the seed file."""
