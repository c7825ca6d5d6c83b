"""The engine's protocol for provider plugins, spoken once for every plugin of this project."""
