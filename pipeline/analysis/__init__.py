"""What is true of one revision: sentences, vectors, names, values, roles."""
