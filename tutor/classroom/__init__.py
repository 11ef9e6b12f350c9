"""A class: what its learners hand in, graded again and looked over together."""
