"""The placement test: which lessons a learner already knows."""
