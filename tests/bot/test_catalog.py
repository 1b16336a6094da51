from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model.catalog.catalog import Catalog
from bot.model.catalog.models_file import read_prices
from bot.ports.errors import BadPrompt
from bot.ports.messages import Output

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = Output(size="1024x1024", quality="medium", n=1)


def test_what_nobody_says_is_the_specifications_default() -> None:
    assert Catalog("gpt-4o-image").resolve(None, Output()) == ("gpt-4o-image", PLAIN, 0.042)


@pytest.mark.parametrize(
    ("output", "price"),
    [
        (Output(size="1536x1024"), 0.042),
        (Output(size="2048x2048"), 0.168),
        (Output(quality="high"), 0.167),
        (Output(n=2), 0.084),
    ],
)
def test_the_price_follows_size_quality_and_count(output: Output, price: float) -> None:
    assert Catalog("gpt-4o-image").resolve(None, output)[2] == pytest.approx(price)


def test_a_model_that_only_this_installation_knows_can_be_the_default() -> None:
    catalog = Catalog("house-model")
    assert catalog.names[0] == "house-model"
    assert catalog.resolve(None, Output())[2] is None, "its price is not known"


def test_an_unknown_model_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadPrompt) as caught:
        Catalog("gpt-4o-image").resolve("dall-e", Output())
    assert "gpt-4o-image" in caught.value.facts["problem"]
    assert "nano-banana-pro" in caught.value.facts["problem"]


@pytest.mark.parametrize(
    ("pricing", "price"),
    [
        ({"image": "0"}, 0.042),
        ({"image": 0.05}, 0.042),
        ({"image_output": "0", "image": "0.00000258"}, 0.042),
        ({"image_output": 0}, 0.042),
        ({"per_image": "0.06"}, 0.06),
        ({"image_output": {"1024x1024 medium": "0.07"}}, 0.07),
        ({"per_image": {"medium": 0.02}}, 0.02),
        ({"image": "free"}, 0.042),
        ({"image_output": "0.00003", "image": "0.001238"}, 0.0387),
        ({"image": "0.0000125"}, 0.042),
        ({"image": "nan"}, 0.042),
        ({"image": -1}, 0.042),
        ({"prompt": "0.1"}, 0.042),
        ("cheap", 0.042),
        (None, 0.042),
    ],
)
def test_published_prices_count_before_the_catalogues(pricing: object, price: float) -> None:
    catalog = Catalog("gpt-4o-image")
    catalog.update_from_gateway(
        [{"id": "gpt-4o-image", "pricing": pricing}, {"id": 7}, {"pricing": {}}]
    )
    assert catalog.resolve(None, PLAIN)[2] == pytest.approx(price)


def test_the_installations_own_prices_count_before_all(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text('[gpt-4o-image]\n"1024x1024 medium" = 0.5\nhigh = 0.9\n')
    catalog = Catalog("gpt-4o-image", prices=read_prices(file))
    catalog.update_from_gateway([{"id": "gpt-4o-image", "pricing": {"image_output": "0.00003"}}])
    assert catalog.resolve(None, PLAIN)[2] == 0.5
    assert catalog.resolve(None, Output(quality="high"))[2] == 0.9
    assert catalog.resolve(None, Output(quality="low"))[2] is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[x", "is no TOML"),
        ("gpt = 1", "must hold prices"),
        ('[m]\nhigh = "dear"', "'high' is none"),
        ("[m]", "must hold prices"),
    ],
)
def test_a_file_of_prices_that_cannot_be_is_told(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match=why):
        read_prices(file)
    with pytest.raises(ValueError, match="cannot be read"):
        read_prices(tmp_path / "nowhere.toml")


def test_an_edit_keeps_its_pictures_shape_in_the_usual_size() -> None:
    model = Catalog("gpt-4o-image").entry("gpt-4o-image")
    assert model.size_of_shape("1536x1024") == "1536x1024"
    assert model.size_of_shape("2048x2048") == "1024x1024"
    assert model.size_of_shape("1000x700") is None
    assert model.size_of_shape("") is None
    assert model.size_of_shape(None) is None
