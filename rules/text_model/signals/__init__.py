"""Read signals: what a text states about its matter, in any words, in English and Chinese."""
