"""Schools, their years and their holidays."""
