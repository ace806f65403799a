"""What pages share on the screen: selection, charts, map, tables, wording."""
