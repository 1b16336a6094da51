"""Which error is meant by which code, and by which words, of a gateway? From what gateways really say.

Codes decide before words, and words are phrases: "safety" or "credit" alone decide nothing, since an error
may speak of a size, a rate, or repeat a prompt. Pure.
"""

from __future__ import annotations

import re

from bot.ports import errors

ErrorClass = type[errors.ModelError]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


#: an account, a key or a project that has nothing left to pay with
_NO_CREDIT = (
    r"insufficient_(user_|account_|token_)?(quota|credit|balance|fund)"
    r"|(credit|balance|fund)s?_(is_)?(too_low|not_enough|exhausted|insufficient|depleted)"
    r"|billing_(hard_limit|not_active|disabled|error|limit)|payment_required|out_of_credit|no_credit"
    r"|budget_exceeded|exceeded_(\w+_)?budget|over_budget|credit_limit|spend(ing)?_(limit|cap)"
    r"|pre_consume_token_quota_failed|exceeded_current_quota|arrear|overdue|top_?up"
)
_IMAGE = (
    r"image_(url_)?(download|fetch|parse|read|decode|load)|(download|fetch)_(image|failed)"
    r"|(invalid|unsupported|corrupt|unreadable)_(input_)?image(_?(url|data|format|file|base64))?(?!_)"
    r"|invalid_base64"
)
_BLOCKED = (
    r"moderation|content_(policy|filter|violation)|safety|prohibited|sensitive|responsible_ai"
    r"|guardrail|hooks_failed|blocklist|(prompt|content)_blocked|nsfw|unsafe|recitation|spii|policy_violation|data_inspection"
)
_NOT_LET_IN = (
    r"unsupported_country|region_territory|model_access_denied|api_key_invalid|invalid_api_key"
    r"|account_deactivated"
)
#: a body's own word for what happened, in `error.code`, `error.type`, `error.status` and their like
CODES: tuple[tuple[re.Pattern[str], ErrorClass], ...] = tuple(
    (re.compile(words), error)
    for words, error in (
        (_NO_CREDIT, errors.NoCredit),
        (_IMAGE, errors.ImageRefused),
        (_BLOCKED, errors.Blocked),
        (r"(request|payload)_too_large|context_length_exceeded|image_too_large", errors.TooLarge),
        (r"rate_?limit|too_many_requests|resource_exhausted", errors.Busy),
        (_NOT_LET_IN, errors.KeyRefused),
        (r"authentication|permission", errors.KeyRefused),
        (r"model_not_found|model_not_exist|invalid_model", errors.UnknownModel),
        (r"invalid_request|invalid_argument|bad_request", errors.RequestRefused),
        (r"server_error|overloaded|upstream|unavailable", errors.Unavailable),
    )
)
#: codes that say no more than a status does
GENERIC = frozenset({errors.RequestRefused, errors.Unavailable, errors.KeyRefused, errors.Busy})

_FEW = r"(?:[\w'’-]+ ){0,3}"
_FUNDS = r"(?:credit|credits|balance|funds?|quota)"
#: that there is no credit, whatever else is said
BROKE = _words(
    rf"insufficient {_FEW}{_FUNDS}\b"
    rf"|\b{_FUNDS} {_FEW}(?:too low|insufficient|exhausted|depleted|not enough|used up)\b"
    r"|\b(?:exhausted|depleted|used (?:up )?(?:all|your)|r[au]n out of|out of|do(?:es)?(?:n['’]t| not) have)"
    rf" {_FEW}(?:credits?|balance|funds?)\b|not enough {_FEW}{_FUNDS}\b|\bno {_FEW}credits?\b"
    r"|more credits (?:are|is) (?:required|needed)|requires? more credits"
    r"|(?<!token )(?<!thinking )budget (?:has been |was |is )?(?:exceeded|exhausted|reached)"
    rf"|exceeded ?{_FEW}budget\b|crossed budget|over (?:the |its |your )?budget\b|key limit exceeded"
    rf"|\b(?:spend(?:ing)?|billing|credit|hard) (?:hard )?(?:limit|cap)[^.]{{0,3}}[^!?]{{0,30}}?(?:exceeded|reached|hit)"
    rf"|(?:reached|exceeded|hit) {_FEW}(?:spend(?:ing)?|billing|credit) (?:hard )?(?:limit|cap|allowance)\b"
    r"|payment (?:is )?required|(?:enter|add) a (?:valid )?payment method|trial (?:has )?(?:expired|ended)|please top up|billing to be enabled"
    r"|quota.{0,60}is ?not enough|used up your .{0,30}(?:allocation|allowance)"
    r"|exceeded .{0,30}(?<!no )\bcredits\b|\b0 credits|credits? (?:left|remaining): ?0|negative balance"
    r"|recharge your|please (?:recharge|add funds)|account (?:is )?overdrawn"
    r"|(?:余额|额度|配额|积分|点数|套餐)已?(?:不足|不够|用尽|用完|耗尽)|欠费|请充值"
)
#: the same only where no rate is mentioned: Google says it of requests in a minute
QUOTA = _words(
    r"exceeded your (?:current|monthly) quota|quota (?:has been )?(?:exceeded|exhausted)|quota_exceeded"
    r"|usage limits? (?:has been |is )?(?:exceeded|reached)|billing details|billing (?:cycle|period)"
    r"|(?:reached|exceeded) .{0,30}(?:usage|monthly) (?:limit|quota|allowance)"
    r"|monthly (?:limit|quota|allowance) .{0,12}(?:reached|exceeded)"
)
RATE = _words(
    r"per[ _-]?(?:second|minute|hour|day|model)|rate[ _-]?limit(?!Error)|too many requests|\b[rt]p[mds]\b"
    r"|try again in|retry (?:after|in|delay)|concurren|free[ _-]tier|throttl|capacity|will reset"
)
#: whoever asks is shut out, whatever they ask for
SHUT_OUT = _words(
    r"(?:country|region|territory|location)\b.{0,40}\bnot (?:supported|available|allowed)"
    r"|not (?:supported|available) in your (?:country|region)|api key not valid|incorrect api key"
    r"|(?:your|this) (?:resource|account|organi[sz]ation|project|key) (?:has been|was|is)"
    r" (?:temporarily |permanently )?(?:blocked|suspended|deactivated|banned|disabled|flagged)"
)
SAFETY = _words(
    r"content[ _-]?(?:management )?(?:policy|policies|filter|moderation)|ContentPolicyViolation"
    r"|safety (?:system|filter|check|guideline|polic|setting|reason)|responsible ai|\bRAI\b"
    r"|(?:blocked|rejected|flagged|refused|filtered).{0,60}(?:polic|safety|moderat|guideline|guardrail"
    r"|security config|sensitive)"
    r"|violat\w*.{0,50}(?:polic|guideline|terms|safety|responsible)|usage guidelines"
    r"|moderation (?:system|filter|check|block)|sensitive[ _]words?|guardrail|\bnsfw\b"
    r"|\b(?:prompt|input|content|image)s? (?:was|were|is|has been) (?:flagged|blocked|moderated)"
    r"|polic(?:y|ies) violation|against (?:our|the) .{0,20}(?:polic|guideline|terms)"
    r"|(?-i:\b(?:IMAGE_)?(?:SAFETY|PROHIBITED_CONTENT|BLOCKLIST|SPII|RECITATION)\b)"
    r"|(?:prohibited|disallowed|inappropriate|nsfw|unsafe|harmful) (?:contents?|prompt|words?|terms|material|imagery)"
    r"|model armor"
    r"|敏感|违规|违禁|内容安全|审核"
)
NO_MODEL = _words(
    r"invalid model (?:name|id)|not a valid model|(?:unknown|no such) model"
    r"|\bmodel\b.{0,80}(?:does not exist|not found|not exist)|模型不存在"
)
LARGE = _words(
    r"too large|too big|entity.too|payload size|body size"
    r"|exceed\w* (the |your )?(maximum|max|limit).{0,40}(size|bytes|mb\b)"
)
UNREAD = _words(
    r"(download|fetch|decod|read)\w*.{0,30}\b(image|picture)\b"
    r"|\b(image|picture)\b.{0,40}(download|fetch|decod|unread|not be read|corrupt)"
)
#: what only the operator's log may say about the account
MONEY = _words(
    r"budget|balance|spend|credit|quota|billing|invoice|[$€¥£] ?\d|\b(?:api|virtual)[ _-]?key\b"
)


#: a rate that no money raises
PACE = _words(r"per[ _-]?(?:second|minute)|\b[rt]pm\b")


def match_code(code: str) -> ErrorClass | None:
    """Return the error of a code, in whatever case it is written; None: not known."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", code[:400])
    snake = re.sub(r"[\s-]", "_", snake.lower())
    return next((error for words, error in CODES if words.search(snake)), None)


def match_words(text: str, status: int) -> ErrorClass | None:
    """Return the error of the API's own words; None: they mean no more than the status."""
    if BROKE.search(text) or (
        status in {400, 402, 403, 412, 429} and QUOTA.search(text) and not RATE.search(text)
    ):
        return errors.NoCredit
    if status != 429 and SHUT_OUT.search(text):
        return errors.KeyRefused
    if status in {400, 422, 451} and UNREAD.search(text):
        return errors.ImageRefused
    if status not in {401, 402, 404, 429} and SAFETY.search(text):
        return errors.Blocked
    if status in {400, 403, 422} and NO_MODEL.search(text):
        return errors.UnknownModel
    return errors.TooLarge if status in {400, 422} and LARGE.search(text) else None


#: what the finish reasons of an answer that safety stopped have in them
STOPPED = (
    *("content_filter", "contentfilter", "safety", "prohibited", "moderation", "content_policy"),
    *("blocklist", "block_list", "recitation", "spii", "guardrail", "sensitive", "model_armor"),
    *("policy_violation", "blocked"),
)
#: finish reasons of an answer that ended by itself
ENDED = frozenset(
    {"", "none", "null", "stop", "end_turn", "completed", "complete", "tool_calls", "function_call"}
    | {"stop_sequence", "eos", "eos_token", "finished", "success", "unspecified"}
    | {"finish_reason_unspecified", "tool_use"}
)
