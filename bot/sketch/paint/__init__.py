"""How does a scene become an image? As vector drawing (SVG), rendered by resvg."""
