# imports discord.py without the warning that Python 3.11 gives for it, before any test module does
import tests.servers.discord  # noqa: F401 -- for its effect
