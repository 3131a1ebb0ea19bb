"""Settings that every test shares."""

import signal

from hypothesis import HealthCheck, settings

# Noisy machines make deadlines lie; what is measured is measured in `make bench`.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")

# Where jobs run in the background interrupts are ignored, and so they are by all that these start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

collect_ignore = ["guard"]
"""Repositories of others: their tests are not ours."""
