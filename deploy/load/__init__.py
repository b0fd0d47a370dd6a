"""How much the portal bears: production's processes under people who do what families and teachers do."""
