"""What is here: questions about one place of a file, answered by the same view that rules ask."""
