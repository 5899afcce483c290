"""The forecasts of a site: trained from what happened, corrected, and shown."""
