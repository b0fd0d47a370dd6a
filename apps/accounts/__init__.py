"""Who signs in, and as whom in which school."""
