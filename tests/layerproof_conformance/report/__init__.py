"""What is made of a run document, for people and for programs."""
