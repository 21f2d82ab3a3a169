"""Check what the models cannot: one module a subject; `Rule` says what calls them."""
