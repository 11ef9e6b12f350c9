"""The course in a browser: the server, who may come in, and a process for each learner."""
