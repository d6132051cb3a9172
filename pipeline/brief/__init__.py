"""From a story's evidence to its verified claims."""
