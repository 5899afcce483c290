"""One file per kind of subentry flow."""
