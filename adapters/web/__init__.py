from adapters.web.platform import WebPlatform

PLATFORM = WebPlatform()
