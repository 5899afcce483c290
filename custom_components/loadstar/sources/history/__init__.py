"""What the recorder remembers: prices by weekday, this month's peaks, the household's mean day."""
