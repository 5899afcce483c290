"""The planner at the command line: files in, a schedule out."""
