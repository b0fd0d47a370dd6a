"""Report cards and the other papers of a school: assembles what the modules below know, and prints it."""
