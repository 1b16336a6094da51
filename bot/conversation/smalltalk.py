"""Which words ask for no picture, in the languages that people thank, greet and laugh in?

What means something to draw as well stands here only with the words that make it talk: "love" is drawn, "love
it" is not. Pure.
"""

from __future__ import annotations

import re

_WORDS = {
    "greeting": """hi|hello|hey|heya|hiya|yo|sup|howdy|greetings|hi there|hello there|hey there|hello world|good morning
        |good afternoon|good evening|good day|gm|hola|buenos dias|buenas tardes|buenas|bonjour|bonsoir|salut|coucou|hallo
        |moin|servus|grüß gott|guten morgen|guten tag|guten abend|ciao|buongiorno|buonasera|olá|ola|oi|bom dia|boa tarde
        |привет|здравствуйте|こんにちは|おはよう|おはようございます|こんばんは|你好|您好|嗨|안녕|안녕하세요|merhaba|selam|hej|hei
        |namaste|salam|salaam|shalom|whats up|wassup|how are you|how are you doing|how is it going|hows it going|test|testing
        |ping|are you there|you there|anybody there|easel""",
    "yes": """yes|yep|yeah|yea|yup|ya|yes please|yeah sure|sure|sure thing|ok|okk|yess|okay|okey|okie|okie dokie|k|kk|oki|alright
        |all right|aye|definitely|absolutely|of course|certainly|go for it|sounds good|sounds great|sounds like a plan
        |please do|please|do it|do that|agreed|agree|i agree|right|correct|exactly|fine|fine by me|that works|works for me|+1
        |-1|deal|totally|by all means|why not|no|nope|nah|no thanks|no thank you|not really|oui|ja|jawohl|genau|nein|nee|sí|si
        |claro|vale|sim|não|nao|non|da|да|нет|はい|いいえ|うん|是|是的|对|好|好的|可以|不|不要|네|아니요|evet|hayır|d accord
        |dacord|einverstanden|in ordnung|alles klar|va bene|perfecto""",
    "thanks": """thanks|thank you|thank u|thankyou|thanx|thx|thnx|tnx|tks|ty|tysm|tyvm|tyty|cheers|much appreciated
        |appreciated|appreciate it|i appreciate it|many thanks|thanks a lot|thanks a ton|thanks a million|thanks a bunch
        |thanks again|thank you again|thanks for that|thanks for this|thanks for the help|thanks for your help
        |thank you for your help|thanks in advance|thanks so much|thank you so much|thank you very much|thanks very much
        |danke|danke schön|danke sehr|vielen dank|besten dank|dankeschön|merci|merci beaucoup|merci bien|gracias
        |muchas gracias|mil gracias|obrigado|obrigada|muito obrigado|muito obrigada|valeu|grazie|grazie mille|molte grazie
        |bedankt|dank je|dank je wel|dank u|tack|tack så mycket|takk|tusen takk|tak|mange tak|kiitos|dziękuję|dzięki
        |děkuji|díky|спасибо|большое спасибо|спс|дякую|благодаря|hvala|köszönöm|mulțumesc|multumesc|ευχαριστώ|teşekkürler
        |teşekkür ederim|sağol|ありがとう|ありがとうございます|どうも|サンキュー|谢谢|謝謝|谢谢你|多谢|感谢|谢了|감사합니다
        |고마워|고맙습니다|cảm ơn|ขอบคุณ|ขอบคุณครับ|ขอบคุณค่ะ|terima kasih|makasih|salamat|dhanyavaad|धन्यवाद|शुक्रिया
        |شكرا|شكراً|תודה|asante|mahalo|arigato|arigatou|xie xie|spasibo|gracie|grazi""",
    "praise": """nice|nice one|nicely done|great|awesome|amazing|cool|perfect|excellent|fantastic|brilliant|wonderful
        |incredible|beautiful|lovely|gorgeous|stunning|superb|neat|sweet|impressive|hilarious|funny|cute|adorable|magnificent
        |fabulous|splendid|outstanding|flawless|good|better|much better|great stuff|good stuff|love it|love this|love that
        |love these|love them|loving it|i love it|i love this|i love that|i like it|i like this|i like that|like it|we love it
        |great work|good work|nice work|awesome work|amazing work|great job|good job|nice job|awesome job|well done|good one
        |good idea|great idea|good call|good point|great point|good thinking|spot on|nailed it|good catch|nice catch|great catch|well played|made my day|the best so far|the best yet|the best one so far|the best one yet|that was fast|you nailed it|on point
        |looks good|look good|looks great|looks nice|looks amazing|looks awesome|looks perfect|looks good to me|lgtm|ship it
        |the best|youre the best|you are the best|so good|not bad|very nice|too good|super|toll|prima|klasse|schön
        |wunderbar|sehr gut|sehr schön|perfekt|geil|super gut|génial|genial|parfait|magnifique|très bien|excelente
        |increíble|perfeito|lindo|hermoso|bellissimo|bello|perfetto|fantastico|ottimo|bravo|brava|いいね|すごい|素晴らしい|最高
        |かわいい|完璧|太棒了|很好|不错|完美|赞|厉害|好看|멋져요|좋아요|대박|отлично|круто|супер|класс|fajnie|mooi|super leuk|fint|bien|muy bien|que bueno|qué bueno|chapeau|exactly right|just right|chefs kiss|10 10|100""",
    "slang": "sick|dope|lit|fire|wild|crazy|insane|epic|clever|dead|rad|weird|true|fair",
    "chat": """lol|lmao|lmfao|rofl|roflmao|omg|omfg|wtf|wth|xd|mdr|ptdr|jk|smh|ikr|tbh|imo|idk|idc|iirc|afaik|til|fyi|brb
        |bbl|bbs|afk|gtg|g2g|ttyl|ttfn|cya|cu|ily|np|nvm|yw|yvw|gg|ggs|wp|gl|hf|gn|lmk|omw|ooo|eod|wip|tgif|hbd|oof|f
        |wow|whoa|yay|hooray|hurray|huzzah|woot|w00t|yikes|oops|whoops|ouch|ow|ugh|meh|phew|damn|dang|darn|jeez|gosh|geez
        |crap|shit|holy shit|holy cow|holy moly|hell yeah|hell yes|hmm|hm|mm|mhm|uh|um|er|erm|oh|ooh|ah|aha|aah|aw|huh|eh
        |oh no|oh wow|oh nice|oh my|oh my god|my god|oh god|oh well|oh ok|oh i see|haha|hehe|hihi|heh|ha|bah|psst|shh|tada
        |ta da|voila|congrats|congratulations|congratz|grats|kudos|props|hats off|happy friday|happy monday
        |no problem|no prob|no worries|no probs|youre welcome|you are welcome|you re welcome|anytime|any time|my pleasure
        |dont mention it|de nada|de rien|gern geschehen|gerne|bitte|bitte schön|prego|por nada|どういたしまして|不客气|sorry
        |so sorry|im sorry|my bad|my mistake|apologies|my apologies|excuse me|pardon|entschuldigung|désolé|perdon|lo siento
        |ごめん|ごめんなさい|すみません|对不起|welcome|welcome back|bye|bye bye|goodbye|good bye|good night|goodnight|see you
        |see ya|see you later|see you soon|see you tomorrow|later|talk later|talk soon|catch you later|take care|have fun
        |good luck|have a good one|have a good day|have a nice day|have a great day|have a good weekend|have a nice weekend
        |enjoy|tschüss|bis bald|bis später|au revoir|adios|adiós|hasta luego|tchau|arrivederci|さようなら|またね|再见|拜拜
        |me too|me neither|same|same here|samesies|ditto|likewise|and me|count me in|im in|im out|not me|me
        |done|all done|fixed|merged|deployed|pushed|shipped|sent|on it|im on it|will do|got it|gotcha|i got it|noted
        |understood|copy|copy that|roger|roger that|ack|acknowledged|makes sense|that makes sense|make sense|i see|i know
        |i understand|i dont know|dont know|dunno|no idea|no clue|not sure|im not sure|i think so|i dont think so|i guess
        |i guess so|i hope so|hopefully|maybe|perhaps|probably|probably not|i suppose|i suppose so|depends|it depends
        |indeed|for sure|fair enough|fair point|good question|great question|good to know|interesting|never mind that
        |let me check|let me see|let me look|let me know|let me think|ill check|ill look|ill see|ill try|checking|looking
        |on my way|one sec|one second|one moment|one min|one minute|just a sec|just a second|just a moment|just a minute
        |hold on|hang on|wait|wait what|wait a sec|wait a minute|be right back|in a meeting|im back|im here|here you go
        |there you go|here we go|here it is|here you are|there it is|there we go|so true|facts|amen|finally|at last|exciting
        |cant wait|i cant wait|looking forward|looking forward to it|what|who|why|when|where|really|seriously|for real|fr
        |no way|are you serious|is it|is that so|you sure|are you sure|bump|rip|no rush|take your time|just kidding|kidding|can confirm|confirmed|i cant even|dying|lets go|lets see|what happened|how come|
        please review|please check|have a great weekend|have a good day|enjoy your weekend|welcome to the team|proud of you|so proud of you|im late|poor thing|yummy|yum
        |bless you|get well soon|gesundheit|doch|naja|ach so|achso|krass|jaja|mdrr|dito|egal|weiter so|ça va|ca va|bof
        |voilà|dale|vamos|órale|andale|eso|ay|oye|anda|なるほど|了解|了解です|おつかれさま|お疲れ様です|お疲れ様|やばい|わかりました
        |收到|明白|明白了|知道了|加油|辛苦了|哦|嗯|嗯嗯|呵呵|ок|ладно|понятно|пока|ого|ну|ага|화이팅|알겠습니다""",
    "filler": """this|that|it|these|those|they|theyre|its|thats|this is|that is|it is|are|is|was|im|i am|looks|look|looking
        |so|really|very|super|pretty|quite|too|just|well|much|all|you|u|guys|folks|team|everyone|everybody|yall|man|dude
        |mate|bro|buddy|friend|friends|sir|maam|bot|robot|easel|again|and|but|oh|a lot|a bunch|for|now|then|also|today
        |tomorrow|already|indeed|still|actually|totally|there|one|to me|i|we|my|your|both|turned out|came out|is so
        |looks so|how|such|absolutely|simply|honestly|ever|as always|lot|tho|though|ah|ooh|ha|at all|sehr|so gut|echt|voll
        |trop|très|tres|c est|cest|muy|muito|molto|che|qué|que|das|ist|sieht|aus|das ist|das sieht""",
}
#: each phrase, without apostrophes, and what it is
PHRASES = {
    " ".join(phrase.split()): kind
    for kind, phrases in reversed(_WORDS.items())
    for phrase in phrases.split("|")
}


#: how a question about the bot itself is asked
HOW = re.compile(
    r"(?:(?:hi|hello|hey)[,!. ]+)?(?:(?:so )?(?:what|who) (?:are|r) (?:you|u)|what can (?:you|i|u|we|this|it) do(?: here)?|"
    r"what (?:do|does) (?:you|this|it|easel) do|what is (?:this|easel|this bot)|how (?:do|does|can) (?:this|it|i|you|we|easel)"
    r"(?: (?:bot|thing))?(?: (?:work|use (?:this|you|it|easel)|start|begin|get started|draw|make (?:a|an) (?:picture|image)))?|"
    r"how to use (?:this|it|you|easel)|commands?|options|instructions|start|/start|get started|menu|"
    r"(?:can|could) you help(?: me)?|help me|i need help|hilfe|ayuda|aide|ajuda|aiuto|\?+help)"
)

_YOU_ALL = r"(?:you (?:all|guys|both|folks)|y'?all|anyone|anybody)"
#: how people begin what they say to each other, where no word of drawing is in it
PEOPLE = re.compile(
    r"(?:(?:hey|hi|ok|so|and|but|well|hmm|oh|ah|yeah|yes|no|sorry|thanks|haha|lol|nice|oh nice)[,.! ]+)*(?:"
    # asked of all: does anyone know …, are we still on …, what do you all think, who is coming?
    rf"(?:does|do|did|has|have|had|is|are|can|could|will|would) {_YOU_ALL}\b|{_YOU_ALL}[^?]*\?$|"
    r"(?:can|could|will|would|does) (?:someone|somebody|everyone|everybody)\b[^?]*\?$|(?:do|did|are|were|have|will) we\b[^?]*\?$|"
    rf"(?:what|how|why|when|where|which|who)(?: one)? (?:is|are|do|did|does|will|would|should|can) {_YOU_ALL}\b|"
    r"(?:what|how|which|who)(?: one)? (?:do|did|would) you (?:think|mean|feel|prefer|reckon|say|want to (?:do|go|eat))\b|"
    r"(?:when|where|why|what|who) (?:do|did|are|were) we\b[^?]*\?$|what are you (?:doing|up to)\b|"
    r"who(?:'s|se| is| was| are| wants| has| can| did| made| wrote| knows| else)\b[^.]*\?$|"
    r"(?:did|have|are|were) you (?:see|seen|try|tried|check|checked|read|get|got|coming|free|around|ready|ok|okay|joining|"
    r"going|still|done|sure)\b[^.]*\?$|(?:can|could) you (?:please )?(?:review|rebase|merge the pr|deploy|remind|share the (?:link|doc|file)|send me|take a look|check (?:your|the (?:doc|pr|mail)))\b|"
    # asked in a word or two
    r"what time\b|what's (?:the (?:status|eta|plan|deadline|update)|up|next|for lunch)\b|"
    r"any (?:updates?|news|eta|thoughts|ideas|feedback|questions|opinions|suggestions|objections|volunteers|takers)\b|"
    r"(?:thoughts|opinions|ideas|feedback|wdyt|ready|lunch|coffee|agreed|comments)\s*\?+$|wdyt\b|"
    r"(?:thanks|thank you|thx)(?: so much| a lot| again)? for\b|(?:brb|afk|bbl|gtg|omw|ooo|wfh)\b|let me know\b|here's the (?:link|doc|file)\b|"
    # told of oneself, or of what people do
    r"i(?:'ll| will) (?:be (?:back|there|late|right|out|away|off)|check|ask|let you|get back|ping|send you|review|join|call|talk|"
    r"see you|follow up|bring it up|take a look|look into|have a look|come|do (?:it|that|this)$)\b|"
    r"i(?:'m| am) (?:out|in a (?:meeting|call)|on (?:it|vacation|holiday|leave|pto|a call|the phone|my way)|back|off|afk|busy|late|"
    r"running late|not sure|confused|heading|leaving|joining|going to (?:lunch|bed|sleep|the|grab|get|have|take)|so (?:tired|happy|excited)|about to)\b|"
    r"(?:i'm |i am )?not sure (?:what|why|if|how|whether) (?:you|i|we|that|this|it)\b|i (?:do not|don't|didn't|did not) (?:know|remember)\b|"
    r"i love how\b|i need (?:coffee|a break|to (?:go|run|leave|talk))\b|(?:i have )?the same (?:problem|issue|question)\b|"
    r"i (?:agree|just (?:saw|noticed|realized|left|came|finished|merged|pushed|sent|talked|spoke)|talked|spoke|heard|"
    r"have (?:a (?:meeting|call|question)|to (?:go|run|leave)))\b|"
    r"(?:we|let's|lets) (?:should )?(?:talk|meet|discuss|sync|chat|catch up|have lunch|get (?:lunch|coffee)|do (?:lunch|that (?:later|tomorrow)))\b|"
    r"(?:talk to|ping|ask) (?:you|him|her|them|me)\b|see you\b|(?:he|she|they) (?:said|told|asked)\b|"
    r"the (?:meeting|call|standup|demo|deadline|deploy|build|server|pr|ticket) (?:is|was|has|will|got|starts|moved|went)\b)"
)
