"""Keep what one team taught: data beside the rulebook and the models that ship."""
