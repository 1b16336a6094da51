"""What becomes of a scene when the steps of a wish are applied to it?

Each step changes what it names and nothing else; what couldn't be done is noted, to be said.
"""
