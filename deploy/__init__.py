"""The commands that set EduConnect up and run it: demo, test, manage, lock."""
