"""What the platforms really send and answer, recorded outside of this project."""
