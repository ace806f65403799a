"""Word, PowerPoint and PDF from one report model. Still without features."""
