"""What every test needs."""

# First of all, or the test plugin's own ``custom_components`` hides ours.
import custom_components.loadstar  # noqa: F401
