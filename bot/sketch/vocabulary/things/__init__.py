"""Which things can be drawn? A table for each family, read by `bot.sketch.vocabulary.kinds`."""
