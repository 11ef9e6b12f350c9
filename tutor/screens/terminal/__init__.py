"""Between the app and the terminal: driver, output, signals, crashes."""
