"""The mixed-integer linear program, part by part."""
