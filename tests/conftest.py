"""Settings that every test shares."""

from hypothesis import HealthCheck, settings

# Noisy machines make deadlines lie; what is measured is measured in `make bench`.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")

collect_ignore = ["guard"]
"""Repositories of others: their tests are not ours."""
