"""Roll calls, and the absences and late arrivals that they find."""
