import warnings

with warnings.catch_warnings():
    # the SDK's voice part imports audioop, which warns that Python 3.13 has it no more
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord

# and it would say at every start that its voice part lacks two packages
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False
