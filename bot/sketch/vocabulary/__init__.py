"""Which words are known, and what does each stand for? Data only; `language` reads it."""
