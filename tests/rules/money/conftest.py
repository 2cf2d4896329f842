from hypothesis import settings

# A shared machine may pause any example: slowness is measured elsewhere and is no failure here.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
