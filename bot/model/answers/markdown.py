"""Which images does a text hold (Markdown, HTML, a data URL or an address alone), and which words for people?

Not for people: progress, thoughts, links to the same image once more, base64. Texts are hostile and may have
megabytes, so every pattern here looks at each character a bounded number of times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FILE = r"\.(?:png|jpe?g|webp|gif)(?:[?#][^\s()<>\"']{0,2000}+)?"
_PAYLOAD = r"[A-Za-z0-9+/=_%-]*+"
#: The image's end may be missing where the text was cut: its bytes then tell that it is broken.
_IMAGE = re.compile(
    r"\A\s*+(?P<alone>data:image/[^\s,]{0,100}+,[A-Za-z0-9+/=_%\s-]*+)\Z"
    r"|\A\s*+(?P<bare>(?:iVBORw0KGgo|/9j/|UklGR|R0lGOD)[A-Za-z0-9+/=_\s-]{40,}+)\Z"
    r"|\A\s*+(?P<lone>https?://[^\s()<>\"'\[\]]{4,4000}+)\s*+\Z"
    r"|!\[[^\[\]]{0,1000}+\]\(\s{0,9}+(?:<(?P<angled>https?://[^<>\n]{1,4000}+)>|<?"
    r"(?P<url>https?://(?:[^\s()<>]{1,4000}+|\([^\s()<>]{0,400}+\)){1,20}+"
    r"|data:[^\s,()<>]{0,100}+,[A-Za-z0-9+/=_%\s-]*+"
    rf"|\.{{0,2}}/[^\s()<>]{{1,2000}}+|[\w.-][^\s()<>:]{{0,400}}?{_FILE}))"
    r"(?:>?[ \t\n]{0,9}+(?:\"[^\"\n]{0,400}+\"|'[^'\n]{0,400}+')[ \t]{0,9}+\)|>?[^()]{0,400}+\)|\s*+\Z)"
    r"|<img\b[^<>]{0,1000}?\bsrc\s{0,3}=\s{0,3}[\"']?(?P<src>data:image/[^\s,\"'<>]{0,100}+,"
    rf"[A-Za-z0-9+/=_%\s-]*+|[^\s\"'<>]{{1,4000}}+)[\"']?[^<>]{{0,1000}}+>"
    rf"|(?<![\w/=(\"'])(?P<among>data:image/[\w.+-]{{1,20}}+;base64,{_PAYLOAD}"
    r"(?:\r?\n[A-Za-z0-9+/=_-]{40,}+)*+)"
    rf"|(?<![^\s])(?P<file>https?://[^\s()<>\"'\[\]]{{1,2000}}?{_FILE})(?=[\s,;]|\Z)",
    re.IGNORECASE,
)
_THOUGHTS = r"think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad"
_THOUGHT = re.compile(
    rf"<(?P<tag>{_THOUGHTS})\b[^<>]{{0,200}}+>(?:(?!</(?P=tag)\s*>)[\s\S])*+(?:</(?P=tag)\s*>|\Z)",
    re.IGNORECASE,
)
#: the end of thoughts that began before the answer
_THOUGHT_END = re.compile(rf"\A[\s\S]*</(?:{_THOUGHTS})\s*>", re.IGNORECASE)
#: progress lines: "> 34%", "Queued…", "⏳ 排队中"
_PROGRESS_WORDS = (
    r"queued?|queueing|in queue|pending|processing|generating|creating|rendering|drawing|uploading"
    r"|downloading|starting|waiting|progress|please wait|working|loading|submitt(?:ed|ing)|running"
    r"|image generation|生成|排队|绘制|进度|处理|等待|任务|正在"
)
_PROGRESS = re.compile(
    r"^(?=[^\n]{0,200}$)(?:[ \t]*[⏳⌛🔄🏃⏱⏰🕐🕑🕒🕓🕔🕕][^\n]*"
    rf"|[^\w\n]{{0,16}}(?:(?:{_PROGRESS_WORDS})[^\d\n]{{0,24}})?\d{{1,3}}(?:\.\d+)?[ ]?%[^\w\n]{{0,40}}"
    rf"|[^\w\n]{{0,16}}(?:{_PROGRESS_WORDS})[^\n]{{0,80}}(?:…|\.\.\.|%|中|\d+/\d+)[^\w\n]{{0,6}}"
    r"|[^\w\n]{0,16}(?:queued|pending|processing|generating|in queue)[^\w\n]{0,6}"
    rf"|[ \t]*>[^\w\n]{{0,12}}(?:{_PROGRESS_WORDS}|id|task|job|status|model|prompt|size|时间)\b[^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTE = re.compile(r"^[ \t]*+>.*+$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,1000}+)\]\(\s{0,9}+<?([^\s()<>]{0,4000}+)>?[^()\n]{0,400}+\)")
_PICTURE = re.compile(r"!\[[^\[\]\n]{0,1000}+\](?:\([^()\n]{0,4000}+\)|\[[^\[\]\n]{0,200}+\])")
_BASE64 = re.compile(
    r"data:[\w/.+-]{1,40}+;base64,[^\s\"')]*+|(?<![^\s\"'(,>:;=])[A-Za-z0-9+/_=-]{160,}+"
)
_TAG = re.compile(
    r"</?(?:img|br|p|div|center|details|summary|figure|picture|video|source|span|a)\b[^<>]{0,1000}+>",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^[ \t]*```[\w-]{0,20}[ \t]*\n\s*```[ \t]*$", re.MULTILINE)
_MIRROR = re.compile(
    r"download|original|open|view|mirror|here|click|下载|点击|原图|查看|链接", re.IGNORECASE
)
_GAPS = re.compile(r"\n(?:[ \t]*+\n)++")
_ADDRESS = re.compile(r"https?://[^\s()<>\"']{1,4000}+")


def find_image_urls(text: str) -> Iterator[str]:
    """Yield the URLs of the images in a text, in order."""
    for match in _IMAGE.finditer(text):
        yield _url(match)


def _url(match: re.Match[str]) -> str:
    return match[match.lastgroup or 0]


def replace_images(text: str, replacement: Callable[[str], str]) -> str:
    """Replace the URL of each image in a text; where the replacement is "", the whole image."""

    def replace(match: re.Match[str]) -> str:
        new = replacement(url := _url(match))
        return match[0].replace(url, new, 1) if new else ""

    return _IMAGE.sub(replace, text)


def extract_words(text: str) -> str:
    """Return the words of a text: without images, thoughts, progress, and whatever is no word."""
    text = _THOUGHT_END.sub("", _THOUGHT.sub("", text))
    left = _IMAGE.sub("", text)
    if left != text:
        left = _QUOTE.sub("", left)
        left = "\n".join(line for line in left.split("\n") if not _is_mirror(line))
    left = _BASE64.sub("", _TAG.sub("", _PICTURE.sub("", _PROGRESS.sub("", left))))
    left = _LINK.sub(_plain_link, left)
    return _GAPS.sub("\n\n", _FENCE.sub("", left)).strip()


def _plain_link(match: re.Match[str]) -> str:
    """Write a link in words: its name, and where it leads."""
    name, url = match[1].strip(), match[2]
    return url if name in {"", url} else f"{name} ({url})" if url else name


def _is_mirror(line: str) -> bool:
    """Return whether a line beside an image only links to it once more."""
    if "http" not in line:
        return False
    rest = _ADDRESS.sub("", _LINK.sub("", line))
    letters = sum(map(str.isalnum, rest))
    return letters < 3 or (letters < 40 and _MIRROR.search(line) is not None)
