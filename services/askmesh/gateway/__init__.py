"""The gateway: takes a question, runs the plan, streams the answer."""
