"""The ways out of the building: SMS adapters and what a text costs. It knows no pupil."""
