"""The named limits of the engine's front half. Passing one is a `LimitExceeded` or a finding, never a crash."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds. Counts are inclusive; lengths are characters, sizes bytes.

    `composed_nodes` counts boxes, texts, images and table cells of one document: a 10,000-line invoice of eight
    columns needs about 100,000. `pipeline_steps` counts conditions, keys and terms of the transforms times rows.
    `qr_modules` and `picture_pixels` add up the different QR codes and pictures of one document: some 2,000 small
    codes, four pictures of the largest size.
    """

    template_bytes: int = 2_000_000
    template_depth: int = 48
    template_nodes: int = 5_000
    findings: int = 500
    string_length: int = 50_000
    text_length: int = 200_000
    composed_nodes: int = 1_500_000
    document_text: int = 50_000_000
    rows: int = 100_000
    pipeline_steps: int = 20_000_000
    image_bytes: int = 4_000_000
    qr_modules: int = 2_000_000
    picture_pixels: int = 100_000_000


LIMITS = Limits()
