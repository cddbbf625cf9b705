"""Elementary functions to the last digit: series and asymptotic forms where the textbook formula cancels."""
