"""The laws and devices of a house, one file each."""
