"""Pure functions on the panel: frames in, frames out. No screen, no network, no database."""
