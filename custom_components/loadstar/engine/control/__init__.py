"""From a share to a set-point: everything about sharing that remembers."""
