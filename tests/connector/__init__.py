"""The connector, stage by stage."""
