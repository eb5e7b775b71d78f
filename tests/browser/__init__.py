"""Pages in real Chromium."""
