"""What do gateways say when they do not draw? Answers as public reports show them, and what each means.

A row is one answer: status, head and body as they came. Each is checked as it is (`test_gateway_faults`) and
through a running Easel. Near misses are here too: a rate that is no empty account, a region that is no key,
somebody's prompt that an error repeats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.ports import errors

#: what every prompt asks for while these are played; some errors repeat it
PROMPT = "a safety poster: draw a credit card with insufficient balance"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One answer of one gateway."""

    #: which gateway, and where it was reported
    what: str
    status: int
    body: Any
    means: type[errors.ModelError]
    head: dict[str, str] = field(default_factory=dict)
    #: seconds that it asks to wait; None: it does not say
    wait: float | None = None


def said(message: object, code: object = None, type_: object = None, **more: Any) -> dict[str, Any]:
    """Make an error as OpenAI writes it."""
    return {"error": {"message": message, "type": type_, "param": None, "code": code, **more}}


def cases(means: type[errors.ModelError], *rows: tuple[Any, ...]) -> list[Case]:
    """Make rows of one meaning: what, status, body, and perhaps head and wait."""
    found = []
    for what, status, body, *more in rows:
        head, wait = (*more, {}, None)[:2] if more else ({}, None)
        found.append(
            Case(what=what, status=status, body=body, means=means, head=head or {}, wait=wait)
        )
    return found


AZURE_BLOCK = (
    "Your resource has been temporarily blocked because we detected behavior that may violate our "
    "content policy."
)
IMAGEN = (
    "Image generation failed with the following error: The response is blocked, as it may violate our "
    "policies. If you believe this is an error, please send feedback to your account team. "
    "Error Code: 58061214"
)
XAI = (
    "Your team 16f2151a-40f4-4a80-8ad0-cae00c27e8dd has either used all available credits or reached its "
    "monthly spending limit. To continue making API requests, please purchase more credits."
)
OPENAI_QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information "
    "on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors."
)
GOOGLE_QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information "
    "on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits."
)
LITELLM_AZURE = (
    "litellm.BadRequestError: litellm.ContentPolicyViolationError: litellm.ContentPolicyViolationError: "
    'AzureException - {"error":{"code":"content_policy_violation","inner_error":{"code":'
    '"ResponsibleAIPolicyViolation","content_filter_results":{"jailbreak":{"detected":false}}},'
    '"message":"Your request was rejected as a result of our safety system.","type":"invalid_request_error"}}'
)

NO_CREDIT = cases(
    errors.NoCredit,
    (
        "LiteLLM key budget, 400 (litellm#14144)",
        400,
        said(
            "Budget has been exceeded! Current cost: 12.5, Max budget: 10", "400", "budget_exceeded"
        ),
    ),
    (
        "LiteLLM key budget, 429 (litellm#36729)",
        429,
        said(
            "Budget has been exceeded! Current cost: 10.51, Max budget: 10.00",
            "429",
            "budget_exceeded",
        ),
    ),
    (
        "LiteLLM, wrapped and without a type (litellm#14144)",
        400,
        said(
            "litellm.BadRequestError: OpenAIException - Budget has been exceeded! Current cost: 14.1, "
            "Max budget: 100. Received Model Group=gpt-image",
            "400",
        ),
    ),
    (
        "LiteLLM team budget in words only",
        400,
        said(
            "Budget has been exceeded! Team=99c74652-6e33-4dbd-93f3-5b545da15ade Current cost: 2",
            "400",
        ),
    ),
    (
        "LiteLLM deployment budget",
        429,
        said(
            "No deployments available - crossed budget: Exceeded budget for deployment model_name: x: "
            "0.363 >= 1d. Try again in 5 seconds.",
            "429",
        ),
    ),
    (
        "LiteLLM end user",
        400,
        said(
            "ExceededBudget: End User=ishaan3 over budget. Spend=0.0008, Budget=0.0001",
            400,
            "auth_error",
        ),
    ),
    (
        "LiteLLM with the operator's own words (litellm#37000)",
        429,
        said(
            "Your AI usage allowance has been reached. Ask the AI team.", "429", "budget_exceeded"
        ),
    ),
    (
        "OpenRouter key limit (gptme#1449)",
        403,
        said(
            "Key limit exceeded (monthly limit). Manage it using https://openrouter.ai/settings/keys",
            403,
        ),
    ),
    (
        "OpenRouter, fewer max_tokens (opencode#12219)",
        402,
        said(
            "This request requires more credits, or fewer max_tokens. You can only afford 0.", 402
        ),
    ),
    (
        "OpenRouter credit in a 400",
        400,
        said("More credits are required to run this request. 128000 token capacity required.", 400),
    ),
    ("OpenRouter 402 within a 200", 200, said("Insufficient credits", 402)),
    (
        "xAI, 429 (continue#10373)",
        429,
        {"code": "Some resource has been exhausted", "error": XAI},
    ),
    (
        "xAI, 403",
        403,
        {
            "code": "The caller does not have permission to execute the specified operation",
            "error": XAI,
        },
    ),
    (
        "xAI, a new team",
        403,
        {
            "code": "permission-denied",
            "error": "Your newly created team doesn't have any credits yet.",
        },
    ),
    ("xAI, run out (sub2api#4069)", 403, {"code": "x", "error": "You have run out of credits."}),
    ("xAI behind LiteLLM", 429, said(f"litellm.RateLimitError: XaiException - {XAI}", "429")),
    ("OpenAI", 429, said(OPENAI_QUOTA, "insufficient_quota", "insufficient_quota")),
    (
        "OpenAI behind LiteLLM",
        429,
        said(f"litellm.RateLimitError: OpenAIException - {OPENAI_QUOTA}", "429"),
    ),
    (
        "OpenAI images",
        400,
        said(
            "Billing hard limit has been reached",
            "billing_hard_limit_reached",
            "invalid_request_error",
        ),
    ),
    (
        "OpenAI images, words only",
        400,
        said("Billing hard limit has been reached", None, "image_error"),
    ),
    (
        "OpenAI, account not active",
        429,
        said(
            "Your account is not active, please check your billing details.", "billing_not_active"
        ),
    ),
    (
        "Anthropic (claude-code#66314)",
        400,
        {
            "type": "error",
            "error": {
                "type": "invalid_request_error",
                "message": "Your credit balance is too low to access the Anthropic API. Please go to Plans "
                "& Billing to upgrade or purchase credits.",
            },
        },
    ),
    (
        "Google AI Studio, prepaid",
        429,
        said(
            "Your prepayment credits are depleted. Please go to AI Studio to manage your billing.",
            429,
            status="RESOURCE_EXHAUSTED",
        ),
    ),
    (
        "Google AI Studio, cap",
        429,
        said(
            "Your project has exceeded its monthly spending cap.", 429, status="RESOURCE_EXHAUSTED"
        ),
    ),
    (
        "Vertex without billing",
        403,
        said(
            "This API method requires billing to be enabled.",
            403,
            status="PERMISSION_DENIED",
            details=[{"reason": "BILLING_DISABLED", "domain": "googleapis.com"}],
        ),
    ),
    (
        "one-api (one-api#1270)",
        403,
        said(
            "user quota is not enough (request id: 2024)",
            "insufficient_user_quota",
            "one_api_error",
        ),
    ),
    (
        "one-api with figures (one-api#1846)",
        403,
        said(
            "user [3446] quota [-20847155]preConsumedQuota [743]is not enough",
            None,
            "one_api_error",
        ),
    ),
    (
        "new-api in Chinese (new-api#7448)",
        403,
        said("用户额度不足, 剩余额度: ¥-0.27", "insufficient_user_quota", "new_api_error"),
    ),
    ("new-api, words only", 403, said("预扣费额度失败, 用户剩余额度不足", None, "new_api_error")),
    (
        "new-api token",
        401,
        said("该令牌额度已用尽 TokenStatusExhausted[sk-abc***xyz]", "", "new_api_error"),
    ),
    (
        "new-api token, before the request",
        403,
        said("token quota is not enough, need quota: $0.04", "pre_consume_token_quota_failed"),
    ),
    ("Zhipu", 429, {"error": {"code": "1113", "message": "余额不足或无可用资源包,请充值。"}}),
    ("SiliconFlow", 403, {"code": 30001, "message": "Sorry, your account balance is insufficient"}),
    ("DeepSeek", 402, said("Insufficient Balance", "invalid_request_error", "unknown_error")),
    (
        "Moonshot",
        429,
        said(
            "Your account is suspended, please check your plan",
            None,
            "exceeded_current_quota_error",
        ),
    ),
    ("Volcengine", 403, said("The account is in arrears", "AccountOverdueError", "Forbidden")),
    (
        "DashScope",
        400,
        {"code": "Arrearage", "message": "Access denied, please make sure your account is ok"},
    ),
    (
        "fal (fal#1112)",
        403,
        {"detail": "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai."},
    ),
    (
        "Together",
        402,
        said("Credit limit exceeded, please navigate to settings", None, "credit_limit"),
    ),
    (
        "Together as a 429",
        429,
        said("Credit limit exceeded, please add credits", None, "credit_limit"),
    ),
    (
        "DeepInfra",
        402,
        {"detail": {"error": "inference prohibited, please enter a valid payment method"}},
    ),
    (
        "Cloudflare unified billing",
        402,
        {"success": False, "error": [{"code": 2021, "message": "Payment error"}]},
    ),
    (
        "Cloudflare Workers AI",
        429,
        {
            "errors": [
                {"code": 4006, "message": "you have used up your daily free allocation of neurons"}
            ]
        },
    ),
    (
        "Portkey",
        412,
        {"status": "failure", "message": "API key usage limit exceeded", "code": "AB03"},
    ),
    (
        "a gateway's 500",
        500,
        said("insufficient account balance", "insufficient_balance", "server_error"),
    ),
    (
        "Anthropic, a limit somebody set",
        400,
        said(
            "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
            None,
            "invalid_request_error",
        ),
    ),
    (
        "Hugging Face",
        402,
        {"error": "You have exceeded your monthly included credits for Inference Providers."},
    ),
    ("the same as a 400", 400, {"error": "You have exceeded your monthly included credits."}),
    ("a cap with its figure", 429, said("Monthly spend limit of $50.00 reached for project", None)),
    ("an allowance", 403, said("This key has exceeded its credit allowance", None)),
    ("a trial", 401, said("Trial expired. Add a payment method to continue.", None)),
    ("a billing cycle", 429, said("You have run out of tokens for this billing cycle.", None)),
    ("points", 403, said("积分不足, 请充值", None, "api_error")),
    ("quota alone", 403, said("Quota exceeded", "quota_exceeded")),
    ("plain words", 429, "Insufficient credits. Please top up."),
    ("a code in camel case", 400, said("no", "InsufficientBalance")),
)

BLOCKED = cases(
    errors.Blocked,
    ("the specification", 451, said("blocked", None)),
    ("451 without a body", 451, ""),
    ("LiteLLM over Azure (litellm#16072)", 400, said(LITELLM_AZURE, "400", "None")),
    ("LiteLLM over Azure, cut", 400, said(LITELLM_AZURE[:300], "400", "None")),
    (
        "LiteLLM over Azure as a 500",
        500,
        said(LITELLM_AZURE.replace("BadRequest", "InternalServer"), "500"),
    ),
    (
        "OpenAI",
        400,
        said(
            "Your request was rejected by the safety system.",
            "moderation_blocked",
            "image_generation_user_error",
        ),
    ),
    (
        "OpenAI, words only",
        400,
        said(
            "Your request was rejected as a result of our safety system.",
            None,
            "invalid_request_error",
        ),
    ),
    (
        "Azure prompt filter",
        400,
        said(
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
            "content_filter",
            innererror={"code": "ResponsibleAIPolicyViolation"},
        ),
    ),
    (
        "Azure images",
        400,
        said("Your task failed as a result of our safety system.", "contentFilter"),
    ),
    (
        "Azure, inner code only",
        400,
        said("Bad request", "BadRequest", inner_error={"code": "ResponsibleAIPolicyViolation"}),
    ),
    (
        "Vertex Imagen (ai-dial-adapter-vertexai#48)",
        400,
        said(IMAGEN, 400, status="INVALID_ARGUMENT"),
    ),
    (
        "Imagen behind an adapter",
        400,
        said(f"Invalid argument: 400 {IMAGEN}", "400", "invalid_request_error"),
    ),
    (
        "Gemini sensitive words (litellm#20357)",
        400,
        said(
            "The prompt could not be submitted. It contains sensitive words that violate Google's "
            "Responsible AI practices.",
            400,
            status="INVALID_ARGUMENT",
        ),
    ),
    (
        "Gemini behind LiteLLM, as Python prints it",
        400,
        said(
            "litellm.BadRequestError: VertexAIException - {'error': {'code': 400, 'status': 'IMAGE_SAFETY', 'message': 'no'}}",
            "400",
        ),
    ),
    (
        "xAI",
        400,
        {
            "code": "Client specified an invalid argument",
            "error": "Generated image rejected by content moderation.",
        },
    ),
    (
        "xAI guidelines",
        403,
        {
            "code": "permission-denied",
            "error": "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_CSAM",
        },
    ),
    (
        "OpenRouter moderation",
        403,
        said(
            "x requires moderation on OpenAI. Your input was flagged",
            403,
            metadata={"reasons": ["violence"], "flagged_input": "a…"},
        ),
    ),
    (
        "OpenRouter, the provider's own words",
        400,
        said(
            "Provider returned error",
            400,
            metadata={"raw": '{"error":{"code":"moderation_blocked"}}', "provider_name": "OpenAI"},
        ),
    ),
    (
        "new-api (new-api#4499)",
        500,
        said("sensitive_words_detected", "sensitive_words_detected", "new_api_error"),
    ),
    ("new-api in Chinese", 400, said("用户输入包含敏感词", None, "new_api_error")),
    (
        "Gemini behind new-api",
        400,
        said(
            "request blocked by Gemini API: PROHIBITED_CONTENT", "prompt_blocked", "new_api_error"
        ),
    ),
    (
        "likewise, in words only",
        500,
        said("request blocked by Gemini API: PROHIBITED_CONTENT", None, "upstream_error"),
    ),
    (
        "Zhipu",
        400,
        {"error": {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容"}},
    ),
    ("Model Armor", 400, said("Output blocked by Model Armor", None)),
    ("terms", 403, said("Request blocked: detected disallowed terms", None)),
    (
        "a gateway's own words",
        400,
        said("This prompt was flagged. It is against our usage policies.", None),
    ),
    (
        "DashScope",
        400,
        {
            "code": "DataInspectionFailed",
            "message": "Input data may contain inappropriate content.",
        },
    ),
    (
        "fal",
        422,
        {
            "detail": [
                {
                    "loc": ["body", "prompt"],
                    "msg": "The content could not be processed because it was flagged.",
                    "type": "content_policy_violation",
                }
            ]
        },
    ),
    (
        "Cloudflare, prompt",
        400,
        {
            "success": False,
            "result": [],
            "error": [{"code": 2016, "message": "Prompt blocked due to security configurations"}],
        },
    ),
    (
        "Cloudflare, response",
        424,
        {
            "success": False,
            "errors": [
                {"code": 2017, "message": "Response blocked due to security configurations"}
            ],
        },
    ),
    (
        "Portkey guardrail",
        446,
        said(
            "The guardrail checks defined in the config failed.",
            None,
            "hooks_failed",
            hook_results={},
        ),
    ),
    (
        "Bedrock guardrail behind LiteLLM",
        400,
        said(
            "{'error': 'Violated guardrail policy', 'bedrock_guardrail_response': 'Sorry'}",
            "400",
            "None",
        ),
    ),
    (
        "pollinations (pollinations#12067)",
        422,
        {
            "success": False,
            "error": {
                "message": "Your request was rejected by content moderation.",
                "code": "content_policy_violation",
            },
        },
    ),
    ("451 within a 200", 200, said("blocked", 451)),
    (
        "a refusal that repeats the prompt",
        400,
        said(f'Rejected by the safety system: "{PROMPT}"', None),
    ),
)

IMAGE_REFUSED = cases(
    errors.ImageRefused,
    (
        "451 of a picture that did not load",
        451,
        said("Failed to download image", "image_download_failed"),
    ),
    ("OpenAI", 400, said("Invalid image data: could not be decoded", "invalid_image_file")),
)

#: the key, the account or the region; the operator's problem
KEY_REFUSED = cases(
    errors.KeyRefused,
    (
        "OpenAI",
        401,
        said("Incorrect API key provided: sk-abc***", "invalid_api_key", "invalid_request_error"),
    ),
    (
        "LiteLLM",
        401,
        said("Authentication Error, Invalid proxy server token passed", "401", "auth_error"),
    ),
    (
        "LiteLLM, a model that this key may not use",
        403,
        said(
            "key not allowed to access model. This key can only access models=['x']",
            "403",
            "key_model_access_denied",
        ),
    ),
    ("new-api, likewise", 403, said("该令牌无权访问模型 gpt-image", None, "new_api_error")),
    (
        "OpenAI region",
        403,
        said(
            "Country, region, or territory not supported",
            "unsupported_country_region_territory",
            "request_forbidden",
        ),
    ),
    (
        "Google region",
        400,
        said("User location is not supported for the API use.", 400, status="FAILED_PRECONDITION"),
    ),
    ("OpenRouter region", 403, said("This model is not available in your region.", 403)),
    (
        "Google key",
        400,
        said(
            "API key not valid. Please pass a valid API key.",
            400,
            status="INVALID_ARGUMENT",
            details=[{"reason": "API_KEY_INVALID"}],
        ),
    ),
    ("Azure shut the resource out (pollinations#9707)", 403, said(AZURE_BLOCK, "Forbidden")),
    (
        "OpenAI, organisation not verified",
        403,
        said(
            "Your organization must be verified to use the model `gpt-image-1`.",
            None,
            "invalid_request_error",
        ),
    ),
    (
        "fal admin lock (fal#1168)",
        403,
        {"detail": "User is locked. Reason: Admin lock. Please contact support@fal.ai"},
    ),
    (
        "a firewall before it",
        403,
        "<html><title>Attention Required! | Cloudflare</title>You have been blocked by a security service</html>",
    ),
    ("Cloudflare", 401, {"success": False, "error": [{"code": 2009, "message": "Unauthorized"}]}),
    ("a 403 that repeats the prompt", 403, said(f"Forbidden. prompt: {PROMPT}", "forbidden")),
)

UNKNOWN_MODEL = cases(
    errors.UnknownModel,
    (
        "OpenAI",
        404,
        said(
            "The model `gpt-9` does not exist or you do not have access to it.", "model_not_found"
        ),
    ),
    (
        "LiteLLM",
        400,
        said(
            "/chat/completions: Invalid model name passed in model=gpt-9. Call `/v1/models`.",
            "400",
            "invalid_request_error",
        ),
    ),
    ("OpenRouter", 400, said("gpt-9 is not a valid model ID", 400)),
    (
        "Google",
        404,
        said("models/gpt-9 is not found for API version v1beta", 404, status="NOT_FOUND"),
    ),
    (
        "new-api",
        503,
        said(
            "No available channel for model gpt-9 under group default",
            "model_not_found",
            "new_api_error",
        ),
    ),
)

BUSY = cases(
    errors.Busy,
    (
        "OpenAI",
        429,
        said(
            "Rate limit reached for gpt-image-1 on input-images per min: Limit 5, Used 5. Please try again in 12s.",
            "rate_limit_exceeded",
            "input-images",
        ),
        {},
        12.0,
    ),
    (
        "OpenAI by its head",
        429,
        said("Rate limit reached", "rate_limit_exceeded"),
        {
            "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-reset-requests": "6m0s",
            "x-ratelimit-remaining-tokens": "900",
            "x-ratelimit-reset-tokens": "1h0m0s",
        },
        360.0,
    ),
    (
        "Azure",
        429,
        said(
            "Requests to the ImageGenerations Operation have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds. Contact support to increase the default rate limit.",
            "429",
        ),
        {"retry-after": "26"},
        26.0,
    ),
    (
        "Google, requests in a minute (gemini-cli#8437)",
        429,
        said(
            GOOGLE_QUOTA,
            429,
            status="RESOURCE_EXHAUSTED",
            details=[
                {
                    "violations": [
                        {"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}
                    ],
                    "quotaMetric": "x",
                },
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "42.5s"},
            ],
        ),
        {},
        42.5,
    ),
    (
        "Google behind LiteLLM",
        429,
        said(f"litellm.RateLimitError: VertexAIException - {GOOGLE_QUOTA}", "429"),
    ),
    (
        "Vertex",
        429,
        said(
            "Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model",
            429,
            status="RESOURCE_EXHAUSTED",
        ),
    ),
    (
        "Vertex, nothing named",
        429,
        said("Resource has been exhausted (e.g. check quota).", 429, status="RESOURCE_EXHAUSTED"),
    ),
    (
        "Google, for hours (claude-relay-service#746)",
        429,
        said(
            "You have exhausted your capacity on this model. Your quota will reset after 5h59m59s.",
            None,
            "api_error",
        ),
        {},
        21599.0,
    ),
    (
        "a quota's code for a pace",
        429,
        said("Quota exceeded for requests per minute", "insufficient_quota"),
    ),
    (
        "OpenRouter, free models in a day",
        429,
        said(
            "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
            429,
            metadata={"headers": {"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0"}},
        ),
    ),
    (
        "LiteLLM, a key's requests",
        429,
        said(
            "Rate limit exceeded for api_key: 88dc. Limit type: requests. Current limit: 1, Remaining: 0.",
            "429",
            "throttling_error",
        ),
    ),
    (
        "LiteLLM, no deployment",
        429,
        said("No deployments available for selected model, Try again in 5 seconds.", "429"),
        {},
        5.0,
    ),
    (
        "quota of a minute",
        429,
        said("Quota exceeded for requests per minute", "quota_exceeded_rate"),
    ),
    ("Cloudflare", 429, {"success": False, "error": [{"code": 2003, "message": "Rate limited"}]}),
    (
        "a 429 that repeats the prompt",
        429,
        said(f"Too many requests. Your prompt was '{PROMPT}'", None),
    ),
    ("a page", 429, "<html>Too Many Requests</html>", {"retry-after": "7"}, 7.0),
)

REQUEST_REFUSED = cases(
    errors.RequestRefused,
    (
        "a size",
        400,
        said("Invalid size: 3x3", "invalid_value", "invalid_request_error", param="size"),
    ),
    (
        "an error that repeats the prompt",
        400,
        said(f"Invalid n for prompt: {PROMPT}", "invalid_value"),
    ),
    (
        "an error that quotes part of it",
        400,
        said('n must be 1 in "draw a credit card with insufficient balance"', None),
    ),
    (
        "a request that was rejected for its size",
        400,
        said("Request was rejected: size must be one of 1024x1024", "invalid_value"),
    ),
    (
        "a thinking budget",
        400,
        said("thinking budget exceeded the allowed range", "invalid_argument"),
    ),
    (
        "a safety setting's name",
        400,
        said("Unknown name safety_settings: cannot find field.", 400, status="INVALID_ARGUMENT"),
    ),
)

UNAVAILABLE = cases(
    errors.Unavailable,
    (
        "OpenAI",
        500,
        said("The server had an error while processing your request", None, "server_error"),
    ),
    (
        "Google",
        503,
        said("The model is overloaded. Please try again later.", 503, status="UNAVAILABLE"),
    ),
    ("OpenRouter within a 200", 200, said("Provider returned error", 502)),
    ("a 503 that says when", 503, said("warming up", "overloaded"), {"retry-after": "30"}, 30.0),
    (
        "an upstream that repeats the prompt",
        502,
        said(f"upstream failed at '{PROMPT}'", "upstream_error"),
    ),
)

UNKNOWN_OUTCOME = cases(
    errors.UnknownOutcome,
    ("a page of a proxy", 504, "<html><h1>504 Gateway Time-out</h1></html>"),
    ("Cloudflare's page", 524, "<html><title>x | 524: A timeout occurred</title></html>"),
)

CASES: tuple[Case, ...] = (
    *NO_CREDIT,
    *BLOCKED,
    *IMAGE_REFUSED,
    *KEY_REFUSED,
    *UNKNOWN_MODEL,
    *BUSY,
    *REQUEST_REFUSED,
    *UNAVAILABLE,
    *UNKNOWN_OUTCOME,
)
