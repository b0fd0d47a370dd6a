"""Presets, and the commands that load schools: open_school, load_demo, load_uci."""
