"""The playground: a small network trained on points in the plane."""
