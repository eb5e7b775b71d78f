"""The inbox: its doors, its intake, its applying."""
