"""Pages that compose: homes, the family's page, a child's page."""
