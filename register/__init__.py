"""What the organisation itself writes down: concerns and what follows from them. Still without features."""
