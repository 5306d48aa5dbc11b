"""Steps of the consent database, run by `chassis.migrations`."""
