"""Pictures in a terminal: charts, heat maps, networks and diagrams."""
