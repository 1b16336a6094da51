"""What do people's words ask for? Text in, a list of steps out; nothing here draws or raises."""
