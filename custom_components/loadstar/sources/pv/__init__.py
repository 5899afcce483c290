"""PV forecasts from other integrations: one file per format, as for prices."""
