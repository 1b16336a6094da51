"""What is drawn, and what is left alone? Each row is what somebody wrote beside a canvas."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import intent
from bot.conversation.intent import Talk
from bot.ports import addressing
from bot.ports.addressing import GROUP, ME, PERSON
from bot.ports.messages import IncomingMessage, Person, Place

TALK = {
    Talk.CHAT: """thanks|Thanks!|thx|ty|TYSM!!|thank you so much|Thanks so much everyone!|thanks again :)|cheers|danke|Danke schön!
|vielen Dank|merci|merci beaucoup|gracias|¡Muchas gracias!|obrigado|muito obrigada|grazie mille|ありがとう|ありがとうございます！|谢谢|谢谢！|감사합니다
|спасибо|teşekkürler|dziękuję|tack så mycket|شكرا|धन्यवाद|lol|LOL|lool|loooool|lmao|haha|hahaha|hahahaha 😂|hehe|jajaja|ahahah|ㅋㅋㅋㅋ|wwww
|хахаха|kkkk|wow|Wow!|wooow|whoa|omg|OMG!!|brb|BRB|afk|gtg|ttyl|me too|same|same here|sorry|my bad|sorry I'm late|oops|np|no worries|you're welcome
|You’re welcome!|yw|congrats|congratulations team!|good night|bye|see you tomorrow|on it|I'm on it|will do|got it|done|done!|noted|makes sense
|fair enough|let me check|one sec|wait what|hold on|i think so|not sure|I don't know|idk|no idea|welcome back|oh no|hmm|hmmm|uh|ugh|yay|yikes
|here you go|finally|fyi|bless you|no rush|take your time|just kidding|can confirm|welcome to the team!|have a great weekend everyone!|let's go!|收到|了解です|なるほど|哈哈哈|草""",
    Talk.YES: """nice|nice!|Nice one|niiiice|great|Great work|great work everyone!|good job|awesome|AWESOME!!!|amazing|cool|so cool|very cool
|perfect|Perfect.|perfect!!|love it|Love it!|I love it|we love it|love this|looks good|looks great!|this looks amazing|that's beautiful
|it's perfect|that is so cute|that's wild|so sick|lgtm|ship it|ok|OK|ok!|okay|k|okk|yes|yes please|yep|yeah|yup|sure|sure thing|sounds good
|go for it|no|nope|nah|no thanks|ja|oui|sí|да|はい|好的|+1|-1|agreed|exactly|works for me|👍|👍🏽|👍👍|👎|✅|:+1:|:thumbsup:|:+1::skin-tone-3:|1️⃣|👌
|genial!|parfait|すごい！|太棒了|perfekt|ok 👍|nice 🔥🔥|thats gorgeous 😍|bravo!|10/10|spot on|good catch|that was fast|not bad""",
    Talk.GREETING: """hi|Hi!|hello|hey|hey there|Hello everyone|good morning|Good morning team ☀️|gm|hola|bonjour|hallo|こんにちは|你好|привет|hi 👋|how are you?
|What's up?""",
    Talk.SIGNS: """???|?|!!!|…|...|.|-|😂|😂😂😂|🎉|❤️|👨‍👩‍👧‍👦|🏳️‍🌈|🇩🇪|🙌🏿|🙏|🐱|→|:cat:|:party_parrot:|:joy: :joy:|<:cat:123456789012345678>|<a:dance:12345>
|:)|:-D|;)|:P|xD|<3|^^|¯\\_(ツ)_/¯|(╯°□°)╯︵ ┻━┻|(ツ)|https://tenor.com/view/cat-gif-123|https://example.com/a.png?x=1#y
|<https://giphy.com/gifs/abc>|www.example.com|giphy.com/gifs/abc|https://a.example https://b.example|https://tenor.com/x 😂""",
    Talk.PEOPLE: """what do you all think?|What do you think?|thoughts?|any thoughts?|Any ideas?|wdyt?|anyone around?|does anyone know the wifi password?
|who is coming to lunch?|who made this?|what time is the meeting?|can somebody review my PR?|did you see the game?|lunch?|I'll be back in 5
|I'll check with legal|I'm in a meeting until 3|I agree with Ben|I have to go|let's talk tomorrow|do we have a date?|can you guys join the call?
|which one do you prefer?|he said the deploy is at 5|can you rebase?|I'm going to grab coffee|could you share the link?|not sure what you mean|let me know if you need anything
|I'll do it|oh nice, I didn't know that|brb meeting|here's the link: https://example.com|thanks for fixing this so quickly!|I love how this turned out
|we should sync tomorrow|I need coffee|I have the same problem|are we still on for 3?|when are we shipping?|how are you all doing?|are you coming?""",
    Talk.HOW: "what can you do?|what can you do|Who are you?|how does this work?|how do I use this?|how do you work|help me|/start|commands",
}
PROMPTS = """nice hat on the dog|thank you card with flowers|make it cool|a thumbs up emoji 👍 on the shirt|love|wow factor|ok make the sky red
|no, bluer|perfect, now add a hat|bluer|red|night|a cat|cat|猫|夕焼けの海|（夕焼けの海）|(a cat)|lol cat|a nice house|good dog|the thanks giving table
|thanks but make it darker|thanks, now at night|great, but remove the tree|looks good but the hat is too big|love the hat, make it red|a 🐱|🐱 in a hat
|more 🐱|add 🎉|put a ❤️ on it|hello kitty|hi-res version|hello world sign on the wall|good morning poster|good night moon|happy birthday card
|a welcome sign|same but at night|same dog in the snow|no background|no text|yes, and a hat|ok but bluer|sure, make it blue|cooler|nicer|better light
|make it better|more perfect|beautiful sunset|a cute cat|fire|sick dog in bed|a wild horse|crazy hair|use https://example.com/a.png as the background
|like https://example.com but blue|the second one, but larger|it is too dark|this is too bright|that is not a dog|it looks sad|too dark|darker|brighter!
|I think the sky should be darker|I want a hat|I don't like the hat|we should make it blue|should we add a hat?|can you make it blue?
|could you add a dog?|how about a hat?|what if it were night?|can we make it bluer?|who is the dog in the picture?|why is the sky green?
|where is the dog?|a meeting of robots|the meeting room with plants|let's make it blue|Bob said make it blue|10:30:15|a clock at 10:30|v2 in blue
|undo the top button|a man saying "thanks!"|the word LOL in neon|haha written in sand|team photo|a team of horses|the guys from the band|one more tree
|again but in red|this one in red|not this one|and a boat|a bunch of flowers|all of it in gold|everyone smiling|now the sea|then a bridge|bunt
|people in the background?|someone in the window?|are they holding hands?|can we have a dog?
|could we get a warmer light?|can we see it from above?|should we try night?|how would they look in red?|he's too small|she's missing a hat
|they're too dark|see him from behind|I asked for a red hat|I told you: red|I forgot the hat|can you come closer?|can you join the two towers?
|can you call it "Nova"?|someone waving|everyone in hats?|who needs a sky, just space|the build site at dawn|the demo stage, empty|i'm thinking of a red one
|thanks for the cat, now a dog in the same style|thank you for shopping here, on a sign|I love how it looks, but bigger|let's go with the red one
|I need a darker sky|not sure about the hat, try red|the same with a dog|late afternoon light|fast car|mach es blauer|plus sombre|más oscuro|もっと明るく|更亮一点""".replace(
    "\n", ""
)


def rows(text: str) -> list[str]:
    return [one.strip() for one in text.replace("\n", "").split("|") if one.strip()]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, one) for kind, texts in TALK.items() for one in rows(texts)]
)
def test_talk_is_not_a_prompt(kind: Talk, text: str) -> None:
    assert intent.classify_talk(text) is kind


@pytest.mark.parametrize("text", rows(PROMPTS))
def test_a_prompt_that_looks_like_talk_is_a_prompt(text: str) -> None:
    assert intent.classify_talk(text) is None


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_no_words_are_neither(text: str) -> None:
    assert intent.classify_talk(text) is None


@given(st.text(max_size=300))
def test_any_text_can_be_judged(text: str) -> None:
    assert intent.classify_talk(text) in {None, *Talk}
    assert len(addressing.parse_mentions(text)) == 2
    assert isinstance(intent.strip_marks(text, only_gestures=True), str)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    ["a", "(!)", ":a", "oh ", "nice one ", "a.", "!", "(", "@", PERSON, ":)", "😂", "1\ufe0f"],
)
def test_no_long_text_holds_anything_up(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    assert intent.classify_talk(text) is None
    addressing.parse_mentions(text)
    addressing.parse_mentions(f"{text} end")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=12, max_size=40))
def test_a_long_word_that_nobody_knows_is_a_prompt(word: str) -> None:
    if len(set(word)) > 4:
        assert intent.classify_talk(f"a {word} on the left") is None


@pytest.mark.parametrize(
    "text",
    [
        f"{PERSON} what do you think?",
        f"hey {PERSON} can you look?",
        f"Hey {PERSON}, …",
        f"thanks {PERSON}!",
        f"ok {PERSON} done",
        f"cc {PERSON}",
        f"{PERSON}: can you do it",
        f"{PERSON} {PERSON} lunch?",
        f"nice one {PERSON}",
        f"what do you think, {PERSON}?",
        f"can you check {PERSON}",
        f"{PERSON}, look at {PERSON}'s train",
        f"{PERSON} it's too dark",
        "@bob.k it's too dark",
        f"{GROUP} thoughts?",
        f"hello {GROUP}",
        f"a question for {GROUP}: ready?",
        "@design thoughts?",
        "@here who is in?",
        "hey @channel look",
        "@everyone look at this",
        "hey @bob can you make it blue",
        "@bob: make it blue",
    ],
)
def test_what_is_said_to_a_person_or_a_group_is_theirs(text: str) -> None:
    assert addressing.parse_mentions(text) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "make it blue",
        f"put a hat on {PERSON}",
        f"make it look like {PERSON}",
        f"draw {PERSON} as a pirate",
        f"a portrait of {PERSON}",
        f"a cat between me and {PERSON}",
        f"{PERSON}'s train",
        f"{PERSON}’s train at night",
        f"and {PERSON}'s dog",
        f"{PERSON}' house",
        "@Ben's train",
        "@mary-ann.k's train",
        f"{GROUP}'s logo on the wall",
        "@everyone's favourite cake",
        "write to bob@example.com on the sign",
        "an @ sign in gold",
        "bob: can you make it blue",
        "@easel make it blue",
    ],
)
def test_a_name_within_a_prompt_is_part_of_it(text: str) -> None:
    assert addressing.parse_mentions(text) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        f"{PERSON} and {ME} draw a boat",
        f"{PERSON} look: {ME} make it blue",
        f"{ME} thanks {PERSON}",
        f"make it blue {ME}",
        f"{GROUP} {ME} a team photo",
    ],
)
def test_a_mention_of_the_bot_anywhere_counts(text: str) -> None:
    mentioned, _ = addressing.parse_mentions(text)
    assert mentioned


PLAIN = IncomingMessage(
    event_id="1",
    place=Place(platform="slack", workspace="T1", channel="C1", thread="1.0"),
    person=Person(id="U1", name="Ana"),
    text="bluer",
)


@pytest.mark.parametrize(
    ("ask", "every", "mentioned"),
    [
        (PLAIN, True, False),
        (replace(PLAIN, mentioned=True), True, True),
        (replace(PLAIN, literal=True), True, True),
        (replace(PLAIN, to_others=True), False, False),
        (replace(PLAIN, answers_person=True), False, False),
        (replace(PLAIN, to_others=True, mentioned=True), True, True),
        (replace(PLAIN, answers_person=True, mentioned=True), True, True),
    ],
)
def test_which_replies_are_said_to_easel(
    ask: IncomingMessage, *, every: bool, mentioned: bool
) -> None:
    assert intent.is_to_easel(ask, "every") is every
    assert intent.is_to_easel(ask, "mentioned") is mentioned
