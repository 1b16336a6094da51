"""How much may people send, and how much does Easel do?

Every bound that people can meet, whatever the platform. What one platform's own API bounds is in its adapter.
"""

from __future__ import annotations

_MB = 1024 * 1024

# What people send.

#: characters of a prompt, or of one edit that several prompts are merged into
MAX_PROMPT = 8000
#: characters of a form's field: a longer prompt is then refused with a sentence of its own
MAX_FIELD = 20_000
#: pictures of one message; the rest is left out
MAX_ATTACHMENTS = 4
#: pictures and colors of a brand kit; characters of its words for the style, and of those to avoid
MAX_KIT_IMAGES, MAX_KIT_COLORS, MAX_KIT_WORDS = 4, 12, 500
#: pixels of the longer side of a kit's picture
MAX_KIT_SIDE = 1024
#: bytes of one picture
MAX_UPLOAD = 20 * _MB
#: bytes of an HTTP request with all its pictures
MAX_REQUEST = MAX_ATTACHMENTS * MAX_UPLOAD + 4 * _MB
#: seconds that a picture without words waits for its person's next prompt
PENDING_PICTURE = 600.0

# Pictures, people's and the model's.

#: bytes of one picture
MAX_IMAGE = 32 * _MB
#: pixels: the camera of a phone; a JPEG is decoded smaller than it is
MAX_PIXELS, MAX_JPEG_PIXELS = 52_000_000, 120_000_000
#: bytes of memory that decoding one picture may take
MAX_DECODING_MEMORY = 192 * _MB

# A request to the model.

#: tries of one request, the first included
MAX_TRIES = 3
#: bytes of an answer
MAX_ANSWER = 64 * _MB
#: pictures of one answer; the rest is dropped
MAX_ANSWER_IMAGES = 4
#: seconds between two previews of a drawing; and where each takes an upload of its own
PREVIEW_INTERVAL, PREVIEW_UPLOAD_INTERVAL = 1.5, 5.0
#: previews where each takes an upload: of one drawing, and of all in a minute
MAX_UPLOADED_PREVIEWS, MAX_UPLOADED_PREVIEWS_A_MINUTE = 2, 10

# Copies of canvases.

#: seconds for which a code that copies a canvas is good
CODE_LIFETIME = 24 * 3600.0
#: versions of a copy: the newest that lead to the one that was chosen
MAX_COPIED = 50

# Teams.

#: ideas of a brainstorm
MAX_IDEAS = 4
#: options of a question that the model asks
MAX_OPTIONS = 8
#: pictures that one card shows side by side, and branches of a vote
MAX_SIDE_BY_SIDE = 8
#: prompts of a batch, and bytes of the file that lists them
MAX_BATCH, MAX_BATCH_FILE = 50, _MB
#: rows of a batch that its card shows at once
BATCH_PAGE = 10
#: seconds between two changes of a card that shows how far a batch is
PROGRESS_INTERVAL = 2.0
#: edits in a row after which a card offers to redo them in one go
DRIFTING_EDITS = 5
