"""The engine over a disk: what every face stands on. Nothing here executes anything or leaves the project root."""
