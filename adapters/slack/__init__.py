from adapters.slack.platform import SlackPlatform

PLATFORM = SlackPlatform()
