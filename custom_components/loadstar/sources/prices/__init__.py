"""Sources of prices, one file per format."""
