"""Makes the folders of tests importable from one another (`from e2e.program import …`). No fixtures here."""
