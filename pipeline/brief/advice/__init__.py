"""What To Do Next: the advice of the sources, else an action inferred by a playbook."""
