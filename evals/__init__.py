"""Quality on labelled data and on real sites."""
