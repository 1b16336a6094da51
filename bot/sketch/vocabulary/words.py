"""Which small words steer the meaning, and which mean nothing to a drawing?"""

from typing import Final

NUMBERS: Final[dict[str, int]] = {
    "one": 1, "single": 1, "two": 2, "both": 2, "couple": 2, "a couple of": 2, "a pair of": 2,
    "pair": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "a dozen": 12, "half a dozen": 6,
    "few": 3, "a few": 3, "some": 3, "several": 4, "many": 8, "lots of": 8, "a lot of": 8,
    "plenty of": 7, "numerous": 8, "group of": 4, "a group of": 4, "a herd of": 5, "herd of": 5,
    "a flock of": 6, "flock of": 6, "a row of": 5, "row of": 5, "a bunch of": 4, "twenty": 12,
    "hundred": 12, "hundreds of": 12, "thousands of": 12, "countless": 12, "a school of": 6,
    "school of": 6, "a family of": 4, "family of": 4, "a fleet of": 5, "fleet of": 5,
    "a pile of": 4, "pile of": 4, "a stack of": 4, "stack of": 4,
}  # fmt: skip
#: More than this many of one kind are not drawn at once.
MOST_AT_ONCE: Final = 12

SIZES: Final[dict[str, float]] = {
    "tiny": 0.5, "very small": 0.5, "miniature": 0.5, "mini": 0.55, "small": 0.72, "little": 0.75,
    "smallish": 0.8, "medium": 1.0, "big": 1.35, "large": 1.4, "tall": 1.35, "long": 1.2,
    "very big": 1.7, "very large": 1.7, "huge": 1.8, "giant": 1.95, "gigantic": 2.0,
    "enormous": 1.9, "massive": 1.8, "colossal": 2.0, "short": 0.8, "great": 1.2,
}  # fmt: skip

#: A change of size, as a factor.
GROWTH: Final[dict[str, float]] = {
    "bigger": 1.35, "larger": 1.35, "taller": 1.3, "much bigger": 1.8, "much larger": 1.8,
    "a bit bigger": 1.18, "a little bigger": 1.18, "slightly bigger": 1.15, "smaller": 0.72,
    "much smaller": 0.5, "a bit smaller": 0.85, "a little smaller": 0.85, "slightly smaller": 0.87,
    "shorter": 0.75, "tinier": 0.55, "twice as big": 2.0, "twice as large": 2.0, "double the size": 2.0,
    "half as big": 0.5, "half the size": 0.5, "twice the size": 2.0, "a bit larger": 1.18,
    "huge": 1.8, "tiny": 0.5, "enormous": 1.9, "gigantic": 2.0, "giant": 1.95,
}  # fmt: skip

#: Where in the picture: across, down (as shares), None: not said.
PLACES: Final[dict[str, tuple[float | None, float | None]]] = {
    "left": (0.22, None), "right": (0.78, None), "on the left": (0.22, None),
    "on the right": (0.78, None), "to the left": (0.2, None), "to the right": (0.8, None),
    "on the left side": (0.2, None), "on the right side": (0.8, None), "far left": (0.1, None),
    "far right": (0.9, None), "in the middle": (0.5, None), "in the centre": (0.5, None),
    "in the center": (0.5, None), "centre": (0.5, None), "center": (0.5, None),
    "middle": (0.5, None), "centered": (0.5, None), "centred": (0.5, None),
    "top left": (0.18, 0.2), "top right": (0.82, 0.2), "bottom left": (0.18, 0.9),
    "bottom right": (0.82, 0.9), "upper left": (0.18, 0.2), "upper right": (0.82, 0.2),
    "lower left": (0.18, 0.9), "lower right": (0.82, 0.9), "left corner": (0.12, None),
    "right corner": (0.88, None), "top left corner": (0.14, 0.18), "top right corner": (0.86, 0.18),
    "bottom left corner": (0.14, 0.94), "bottom right corner": (0.86, 0.94),
    "at the top": (None, 0.2), "on top": (None, 0.2), "top": (None, 0.2), "at the bottom": (None, 0.92),
    "bottom": (None, 0.92), "in the foreground": (None, 0.92), "foreground": (None, 0.92),
    "in the background": (None, 0.04), "in the distance": (None, 0.02), "far away": (None, 0.02),
    "in front": (None, 0.9), "in the front": (None, 0.9), "at the back": (None, 0.05),
    "on the horizon": (None, 0.0), "at the horizon": (None, 0.0), "in the corner": (0.86, 0.9),
    "up high": (None, 0.2), "high up": (None, 0.2), "in the sky": (None, None),
    "in the air": (None, None), "on the ground": (None, None),
}  # fmt: skip

RELATIONS: Final[dict[str, str]] = {
    "next to": "near", "beside": "near", "by": "near", "near": "near", "close to": "near",
    "alongside": "near", "at the foot of": "near", "at the edge of": "near", "at the side of": "near", "around": "near", "among": "near",
    "between": "near", "behind": "behind", "in front of": "front", "before": "front",
    "left of": "left", "to the left of": "left", "on the left of": "left",
    "right of": "right", "to the right of": "right", "on the right of": "right",
    "above": "above", "over": "above", "on top of": "on", "on": "on", "upon": "on", "atop": "on",
    "under": "below", "below": "below", "beneath": "below", "underneath": "below",
    "in": "in", "at": "in", "inside": "in", "across": "in", "through": "in", "along": "near",
    "into": "in", "onto": "on", "within": "in", "against": "front",
}  # fmt: skip

#: Verb phrases to what they do.
VERBS: Final[dict[str, str]] = {
    "add": "add", "put": "put", "place": "put", "insert": "add", "include": "add", "give me": "draw",
    "draw": "draw", "paint": "paint", "create": "draw", "make me": "draw", "generate": "draw",
    "imagine": "draw", "show": "draw", "show me": "draw", "design": "draw", "sketch me": "draw",
    "illustrate": "draw", "render": "draw", "i want": "add", "i would like": "add", "i'd like": "add",
    "we need": "add", "let there be": "add", "plant": "add", "bring in": "add", "bring back": "add", "put back": "add", "throw in": "add",
    "build": "add", "there should be": "add", "there is": "add", "there are": "add",
    "remove": "remove", "delete": "remove", "erase": "remove", "get rid of": "remove",
    "take away": "remove", "take out": "remove", "drop": "remove", "lose": "remove", "cut": "remove",
    "clear": "remove", "hide": "remove", "fewer": "fewer", "less": "fewer", "take off": "remove", "eliminate": "remove", "stop": "remove",
    "replace": "replace", "swap": "replace", "exchange": "replace", "substitute": "replace",
    "turn": "make", "change": "make", "make": "make", "let": "make", "transform": "make",
    "convert": "make", "set": "make", "switch": "make", "should be": "make", "recolour": "make",
    "recolor": "make", "colour": "make", "color": "make", "dye": "make", "tint": "make",
    "give": "give", "dress": "give", "should have": "give", "should wear": "give",
    "move": "move", "shift": "move", "push": "move", "slide": "move", "drag": "move", "bring": "move",
    "enlarge": "grow", "magnify": "grow", "scale up": "grow", "grow": "grow", "shrink": "shrink",
    "scale down": "shrink", "reduce": "shrink", "duplicate": "copy", "copy": "copy", "clone": "copy",
    "double": "copy", "repeat": "copy", "flip": "flip", "mirror": "flip", "turn around": "flip",
    "write": "write", "say": "write", "call it": "write", "name it": "write", "label": "write", "title": "write", "caption": "write",
    "should hold": "give", "should carry": "give", "hand": "give",
    "undo": "give", "unbutton": "give", "open": "give", "do up": "remove", "button up": "remove",
    "keep": "keep", "leave": "keep", "zoom": "camera",
}  # fmt: skip

SURFACES: Final[dict[str, str]] = {
    "sky": "sky", "heaven": "sky", "ground": "ground", "floor": "ground", "grass": "ground",
    "lawn": "ground", "background": "background", "backdrop": "background", "wall": "background",
    "walls": "background", "water": "water", "sea": "water", "ocean": "water", "lake": "water",
    "river": "water", "sand": "ground", "meadow": "ground", "mountains": "mountains",
    "mountain": "mountains", "hills": "hills", "hill": "hills", "forest": "forest", "city": "city",
    "skyline": "city", "snow": "ground", "pond": "water", "field": "ground", "beach": "ground",
    "earth": "ground", "scene": "background", "waves": "water", "stream": "water", "desert": "ground",
    "woods": "forest",
}  # fmt: skip

WEARABLES: Final[dict[str, str]] = {
    "hat": "hat", "top hat": "hat", "hats": "hat", "cap": "cap", "baseball cap": "cap", "crown": "crown",
    "tiara": "crown", "party hat": "party hat", "birthday hat": "party hat", "santa hat": "party hat",
    "scarf": "scarf", "shawl": "scarf", "collar": "scarf", "bandana": "scarf", "glasses": "glasses",
    "sunglasses": "glasses", "spectacles": "glasses", "bow tie": "bow", "bow": "bow", "bowtie": "bow",
    "ribbon": "bow", "tie": "bow", "flower crown": "flower crown", "flower wreath": "flower crown",
    "open collar": "open collar", "top button": "open collar", "button": "open collar",
    "buttons": "open collar", "top buttons": "open collar", "shirt button": "open collar",
    "beanie": "cap", "helmet": "cap", "scarves": "scarf", "beret": "cap",
}  # fmt: skip

PARTS: Final = frozenset([
    "roof", "roofs", "door", "doors", "window", "windows", "sail", "sails", "stripe", "stripes",
    "mane", "spots", "trunk", "leaves", "hair", "wing", "wings", "chimney", "face", "eyes", "eye",
    "tail", "shirt", "dress", "skirt", "trousers", "ribbon", "icing", "frosting", "hull", "funnel",
    "funnels", "awning", "blanket", "pot", "petals", "dots", "stem", "wheels", "basket", "fins",
    "nose", "bands", "flags", "rings", "ring", "wagons", "carriages", "trailer", "cone", "pole",
    "string", "beak", "wall", "walls", "fur", "coat", "body", "smile", "smiling", "ears", "legs", "ear", "smoke", "light",
    "lights",
])  # fmt: skip

#: Parts that have a thing's main colour; the others have its second one.
#: Parts that can't be given a colour of their own.
FIXED: Final = frozenset([
    "door", "doors", "window", "windows", "chimney", "wheels", "eyes", "eye", "nose", "legs", "ears",
    "ear", "smile", "smoke",
])  # fmt: skip
BODIES: Final = frozenset([
    "shirt", "dress", "skirt", "hull", "petals", "leaves", "blanket", "fur", "coat", "face", "body",
    "walls", "wall",
])  # fmt: skip

WRITING: Final = frozenset([
    "text", "words", "word", "title", "caption", "label", "lettering", "letters", "writing",
    "headline", "sentence", "message", "inscription", "slogan", "name",
])  # fmt: skip
PRONOUNS: Final = frozenset([
    "it", "them", "him", "her", "that", "this", "these", "those", "they", "he", "she", "its", "his",
])  # fmt: skip
#: Those of them that mean more than one.
SEVERAL: Final = frozenset({"them", "they", "these", "those"})
DEFINITE: Final = frozenset([
    "the", "this", "that", "these", "those", "our", "your", "my", "his", "her", "their",
])  # fmt: skip
INDEFINITE: Final = frozenset(["a", "an", "another"])
MORE: Final[dict[str, int]] = {"another": 1, "more": 2, "extra": 1, "additional": 1, "further": 1}
ALL: Final = frozenset({"all", "every", "everything", "each", "any"})
NEGATIONS: Final = frozenset(
    {"without", "no", "not", "without any", "don't", "do not", "instead of", "rather than", "never"}
)
ENDS: Final = frozenset({"and", ",", "then", ";", ".", "but", "plus", "also", "&", "!", "?", "+"})

#: Words that mean nothing to a drawing; never reported as unknown.
FILLER: Final = frozenset([
    "please", "pls", "kindly", "now", "just", "again", "so", "really", "very", "quite", "pretty",
    "nice", "lovely", "beautiful", "cute", "cosy", "cozy", "image", "picture", "pic", "drawing",
    "illustration", "scene", "photo", "artwork", "art", "version", "one", "ones", "canvas", "view",
    "style", "of", "to", "for", "as", "with", "from", "like", "also", "too", "can", "could",
    "would", "will", "shall", "should", "may", "might", "must", "do", "does", "did", "be", "is",
    "are", "was", "were", "been", "being", "am", "have", "has", "had", "having", "get", "got", "i",
    "we", "you", "they", "me", "us", "my", "your", "our", "their", "his", "her", "he", "she",
    "who", "which", "what", "where", "when", "how", "why", "there", "here", "this", "that",
    "these", "those", "such", "other", "else", "still", "yet", "maybe", "perhaps", "some", "any",
    "each", "both", "thanks", "thank", "hi", "hello", "hey", "ok", "okay", "yes", "yeah", "sure",
    "great", "good", "perfect", "cool", "wow", "awesome", "amazing", "want", "wants", "need",
    "needs", "likes", "love", "wish", "wishes", "try", "let", "lets", "let's", "wanted", "looks",
    "look", "looking", "looked", "bit", "little", "lot", "kind", "sort", "way", "thing", "things",
    "stuff", "something", "anything", "everything", "somewhere", "somehow", "instead", "rather",
    "more", "most", "less", "much", "than", "only", "even", "same", "different", "new", "old",
    "first", "second", "last", "next", "simple", "clear", "calm", "quiet", "peaceful", "happy",
    "sad", "funny", "friendly", "warm", "cold", "soft", "bright", "dark", "vivid", "colourful",
    "colorful", "shiny", "magic", "magical", "dreamy", "dramatic", "moody", "majestic", "epic",
    "detailed", "realistic", "minimalistic", "minimal", "modern", "classic", "ancient", "romantic",
    "gentle", "playful", "fluffy", "sleepy", "wild", "sitting", "standing", "lying", "running",
    "walking", "sleeping", "jumping", "flying", "swimming", "sailing", "playing", "floating",
    "resting", "waiting", "going", "coming", "rising", "setting", "shining", "glowing", "growing",
    "watching", "reading", "eating", "drinking", "driving", "riding", "dancing", "singing",
    "smiling", "laughing", "holding", "wearing", "carrying", "surrounded", "covered", "filled",
    "made", "drawn", "painted", "called", "named", "side", "sides", "edge", "corner", "place",
    "spot", "direction", "colour", "color", "colours", "colors", "shade", "tone", "tones", "toned",
    "colored", "coloured", "size", "sized", "shape", "form", "light", "lights", "sunlight",
    "sunbeam", "shadow", "shadows", "reflection", "reflections", "glow", "horizon", "mood",
    "atmosphere", "feeling", "air", "weather", "season", "time", "hour", "moment", "while",
    "during", "until", "after", "before", "seen", "visible", "inspired", "based", "featuring",
    "including", "together", "alone", "down", "up", "out", "off", "away", "back", "forward",
    "through", "onto", "into", "at", "in", "on", "by", "it", "its", "them", "him", "then", "and",
    "or", "but", "if", "because", "since", "though", "although", "however", "not", "no", "create",
    "make", "draw", "paint", "show", "a", "an", "the", "set", "use", "used", "using", "put",
    "keep", "left", "right", "top", "bottom", "middle", "far", "near", "close", "top-left",
    "slightly", "somewhat", "definitely", "actually", "basically", "simply", "exactly", "fully",
    "completely", "entirely", "totally", "almost", "nearly", "about", "around", "roughly",
    "approximately", "i'd", "i'm", "it's", "that's", "there's", "we'd", "we're", "you're", "don't",
    "doesn't", "isn't", "aren't", "can't", "couldn't", "wouldn't", "won't", "shouldn't",
    "ourselves", "ready", "fine", "right.", "bot", "easel", "hmm", "well", "oh", "ah", "uh", "um",
    "please.", "everyone", "everybody", "someone", "somebody", "team", "guys", "folks", "idea",
    "ideas", "concept", "variation", "variations", "clearly", "composition", "option", "options",
    "again.", "high", "low", "quality", "draft", "quick", "fast", "final", "resolution", "hd",
    "4k", "larger", "output", "format", "aspect", "ratio", "pixels", "logo", "icon", "sticker",
    "wallpaper", "banner", "avatar", "background", "foreground", "center", "centre", "turned",
    "red-hot", "wooden", "stone-built", "old-fashioned", "tiny-looking", "pointy", "round", "wide",
    "tall", "narrow", "deep", "shallow", "lonely", "single", "full", "empty", "half", "whole",
    "entire", "night-time", "early", "late", "blooming", "blossoming", "wintery", "typical", "lit",
    "stand", "stands", "sit", "sits", "fly", "flies", "swim", "swims", "float", "floats", "sail",
    "sails", "rise", "rises", "sleep", "sleeps", "walk", "walks", "run", "runs", "grow", "grows",
    "lies", "hang", "hangs", "hanging", "shine", "shines", "wait", "waits", "play", "plays",
    "live", "lives", "rest", "rests", "sun's", "moon's", "world", "life", "today", "tomorrow",
    "tonight", "nicely", "well-lit", "surprise", "think", "guess", "suppose",
    "hot", "cool", "icy", "medieval", "third", "fourth", "fifth", "says", "reads", "believe", "feel", "agree", "suggest", "suggestion", "imo", "agreed", "exactly", "minimalist", "simpler", "nicer", "better",
])  # fmt: skip

#: What people may say for things that can't be drawn, and what comes near.
NEAREST: Final[dict[str, str]] = {
    "unicorn": "horse", "pegasus": "horse", "zebra": "horse", "donkey": "horse", "camel": "horse",
    "dragon": "dinosaur", "monster": "alien", "goblin": "alien", "elf": "wizard", "fairy": "butterfly",
    "mermaid": "fish", "tiger": "lion", "leopard": "lion", "panther": "cat", "goat": "sheep",
    "llama": "sheep", "alpaca": "sheep", "monkey": "bear", "gorilla": "bear", "panda": "bear",
    "koala": "bear", "sloth": "bear", "badger": "bear", "otter": "squirrel", "beaver": "squirrel",
    "raccoon": "fox", "hippo": "elephant", "rhino": "elephant", "crocodile": "dinosaur",
    "lizard": "dinosaur", "snake": "snail", "spider": "crab", "ant": "bee", "ladybird": "bee",
    "ladybug": "bee", "dragonfly": "butterfly", "moth": "butterfly", "turkey": "chicken",
    "flamingo": "swan", "peacock": "chicken", "ostrich": "chicken", "seal": "dolphin", "walrus": "whale",
    "motorbike": "bicycle", "motorcycle": "bicycle", "scooter": "bicycle", "skateboard": "bicycle",
    "ambulance": "truck", "tank": "tractor", "crane": "tower", "airplane": "plane", "hovercraft": "boat",
    "temple": "church", "mosque": "church", "hotel": "skyscraper", "school": "house", "hospital": "house",
    "factory": "barn", "stadium": "castle", "museum": "castle", "phone": "laptop", "telephone": "laptop",
    "tv": "laptop", "television": "laptop", "camera": "laptop", "piano": "guitar", "trumpet": "guitar",
    "drum": "barrel", "sword": "flag", "shield": "flag", "bread": "cake", "burger": "cake",
    "hamburger": "cake", "sandwich": "pizza", "lemon": "pear", "strawberry": "apple",
    "grapes": "apple", "melon": "pumpkin", "watermelon": "pumpkin", "carrot": "tulip", "potato": "rock",
    "ninja": "man", "superhero": "man", "knight": "man", "soldier": "man", "policeman": "man",
    "doctor": "woman", "nurse": "woman", "angel": "ghost", "vampire": "ghost", "zombie": "ghost",
    "skeleton": "ghost", "penguins": "penguin", "parachute": "hot-air balloon", "blimp": "hot-air balloon",
    "basketball": "ball", "backpack": "basket", "bag": "basket", "suitcase": "treasure chest",
    "egg": "ball", "donut": "cupcake", "cookie": "cupcake", "waffle": "cupcake", "cheese": "pizza",
    "corn": "sunflower", "glass": "bottle", "jar": "bottle", "cocktail": "bottle", "milk": "bottle",
    "pineapple": "pear", "grape": "apple", "iceberg": "igloo", "kangaroo": "rabbit", "bulb": "candle",
    "lightbulb": "candle", "torch": "candle", "newspaper": "book", "letter": "book", "map": "book",
    "calendar": "book", "envelope": "mailbox", "radio": "laptop", "server": "laptop",
    "database": "bookshelf", "printer": "laptop", "keyboard": "laptop", "typewriter": "laptop",
    "clown": "scarecrow", "diver": "astronaut", "cave": "igloo", "canyon": "rock", "garage": "barn",
    "camp": "tent", "circus": "tent", "firework": "comet", "bamboo": "palm", "bat": "owl",
    "orchid": "tulip", "lily": "tulip", "leaf": "plant", "shell": "snail", "skull": "ghost",
    "surfboard": "rowboat", "toy": "ball", "trophy": "crown", "medal": "crown", "necklace": "crown",
    "gem": "heart", "coin": "treasure chest", "sushi": "fish", "spoon": "cup",
    "fork": "cup", "knife": "cup", "plate": "cup", "wheel": "bicycle", "cart": "tractor",
    "cannon": "barrel", "bucket": "barrel", "beehive": "bee", "nest": "bird", "harp": "guitar",
    "circle": "ball", "bowl": "basket", "fruit": "apple", "jeep": "car",
    "motorboat": "boat", "gondola": "rowboat", "eagle owl": "owl", "puppet": "robot", "doll": "child",
    "waterfall": "fountain", "statue": "fountain", "ladder": "fence", "hammock": "swing",
}  # fmt: skip
