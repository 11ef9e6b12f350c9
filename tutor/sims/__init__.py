"""Simulations: rules as frozen data, pure steps, and what to draw as data. No screen in here."""
