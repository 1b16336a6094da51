"""What may a model be good at? Names of strengths, as files of models say them."""

#: pictures that look as if a camera took them
PHOTO = "photo"
