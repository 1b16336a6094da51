"""How much of everything does this Discord allow? Tests pass smaller numbers."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    #: seconds of real time for the first answer to an interaction
    answer_within: float = 3.0
    #: seconds of Discord's clock that an interaction's token lives
    token_life: float = 15 * 60.0
    #: seconds of Discord's clock that a signed attachment link works
    link_life: float = 24 * 3600.0
    #: seconds of Discord's clock in which a nonce is remembered
    nonce_life: float = 5 * 60.0
    #: characters of a message's content
    content: int = 2000
    #: components of a V2 message, nested ones too
    components: int = 40
    #: characters of all text of a V2 message
    text: int = 4000
    #: bytes a file, by the guild's boost tier
    file_bytes: tuple[int, int, int, int] = (10 * MIB, 10 * MIB, 50 * MIB, 100 * MIB)
    #: bytes of a whole request
    request_bytes: int = 25 * MIB
    #: files of a message
    files: int = 10
    #: follow-ups of an interaction where the app is not in the guild
    lone_follow_ups: int = 5
    #: IDENTIFYs a day
    identifies: int = 1000
    #: shards that are recommended, and how many of them may identify at once
    shards: int = 1
    max_concurrency: int = 1
    #: seconds of real time between two IDENTIFYs of shards alike modulo `max_concurrency`; sooner is an invalid session
    identify_gap: float = 0.0
    #: seconds of Discord's clock that a session waits to be resumed
    session_life: float = 180.0
    #: milliseconds between heartbeats; twice as long in silence ends the connection
    heartbeat_ms: int = 41_250
    #: frames a client may send in 60 s
    frames: int = 120
    #: choices of an autocomplete answer
    choices: int = 25
